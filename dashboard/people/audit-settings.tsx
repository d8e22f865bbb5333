import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { type AuditEntry, type AuditPage, peopleApi } from '../api/people.ts';
import { showMoment } from '../model/dates.ts';
import { useKept } from '../settings/kept-list.tsx';
import { browserZone } from '../state/app-state.ts';
import { auditTexts } from '../texts/texts.ts';
import { SiteField } from './role-fields.tsx';

/** Who did what, when: of all sites, or of one. */
export function AuditSettings() {
  const [site, setSite] = useState<string | undefined>();
  return (
    <>
      <SiteField label={auditTexts.site} value={site} onChange={setSite} />
      <Entries key={site ?? ''} site={site} />
    </>
  );
}

/** The newest, and older ones when they are asked for. */
function Entries({ site }: { readonly site: string | undefined }) {
  const [page, setPage] = useState<AuditPage | undefined>();
  const [problem, setProblem] = useState<ApiError | undefined>();
  const people = useKept(peopleApi.people);
  const nameOf = new Map(people.items?.map(({ id, name }) => [id, name]));
  const show = async (shown: readonly AuditEntry[], before?: string) => {
    try {
      const { entries, ...rest } = await peopleApi.audit(site, before);
      setPage({ ...rest, entries: [...shown, ...entries] });
      setProblem(undefined);
    } catch (error) {
      setProblem(error as ApiError);
    }
  };
  useEffect(() => void show([]), []);
  return (
    <>
      <p class="bad" role="alert">
        {problem?.message}
      </p>
      {page?.entries.length === 0 && <p class="soft">{auditTexts.empty}</p>}
      <ol class="drops audit">
        {page?.entries.map((entry, i) => (
          <li key={`${entry.at} ${i}`}>
            <time dateTime={entry.at}>{showMoment(Date.parse(entry.at), browserZone())}</time>
            <span>
              <strong>{whoOf(entry)}</strong> {auditTexts.what[entry.what] ?? entry.what}
              {entry.about !== undefined && <>: {namedIn(entry.about, nameOf)}</>}
              {entry.site !== undefined && <span class="soft"> · {entry.site}</span>}
            </span>
          </li>
        ))}
      </ol>
      {page?.next !== undefined && (
        <button type="button" class="button" onClick={() => void show(page.entries, page.next)}>
          {auditTexts.more}
        </button>
      )}
    </>
  );
}

/** People stand there by their ids. */
const namedIn = (about: string, nameOf: ReadonlyMap<string, string>) =>
  about
    .split(' ')
    .map((word) => nameOf.get(word) ?? word)
    .join(' ');

function whoOf({ by: { kind, name, id = '' } }: AuditEntry): string {
  const words = auditTexts.by[kind];
  return typeof words === 'string' ? words : words(name ?? id);
}
