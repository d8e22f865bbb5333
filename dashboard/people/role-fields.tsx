import { useId } from 'preact/hooks';
import type { Role } from '../../src/account/roles.ts';
import type { RoleGiven } from '../api/people.ts';
import { givenBy } from '../model/rights.ts';
import { sites } from '../state/app-state.ts';
import { rights } from '../state/rights.ts';
import { peopleTexts, roleTexts } from '../texts/texts.ts';

/** Where who looks may give roles: for all sites (no domain), and for single ones. */
export const placesToGive = (): readonly (string | undefined)[] =>
  [undefined, ...sites.value.map(({ domain }) => domain)].filter(
    (domain) => givenBy(rights.value, domain).length > 0,
  );

type SiteProps = {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (domain: string | undefined) => void;
};

/** All sites, or one of those that who looks is admin of. */
export function SiteField({ label, value, onChange }: SiteProps) {
  return (
    <label class="field">
      {label}
      <select
        class="input"
        value={value ?? ''}
        onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
      >
        {placesToGive().map((domain) => (
          <option value={domain ?? ''} key={domain ?? ''}>
            {domain ?? roleTexts.allSites}
          </option>
        ))}
      </select>
    </label>
  );
}

type Props = {
  readonly given: RoleGiven;
  readonly onChange: (given: RoleGiven) => void;
  /** The role that there is for a site, where it may be taken away. */
  readonly before?: (domain: string | undefined) => Role | null;
};

/** A role, and for which sites. Only those that who looks may give are offered. */
export function RoleFields({ given: { role, site }, onChange, before }: Props) {
  const id = useId();
  const offered = givenBy(rights.value, site);
  return (
    <>
      <SiteField
        label={peopleTexts.roleFor}
        value={site}
        onChange={(domain) => {
          const next = before?.(domain) ?? (before === undefined ? 'viewer' : null);
          onChange(domain === undefined ? { role: next } : { role: next, site: domain });
        }}
      />
      <div class="field">
        <label for={id}>{peopleTexts.role}</label>
        <select
          class="input"
          id={id}
          aria-describedby={`${id}-help`}
          value={role ?? ''}
          onChange={({ currentTarget: { value } }) => {
            const next = value === '' ? null : (value as Role);
            onChange(site === undefined ? { role: next } : { role: next, site });
          }}
        >
          {before !== undefined && <option value="">{roleTexts.none}</option>}
          {offered.map((one) => (
            <option value={one} key={one}>
              {roleTexts.names[one]}
            </option>
          ))}
        </select>
        <small id={`${id}-help`}>{role === null ? '' : roleTexts.words[role]}</small>
      </div>
    </>
  );
}
