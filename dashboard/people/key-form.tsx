import { useState } from 'preact/hooks';
import type { Scope } from '../../src/account/keys.ts';
import type { ApiError } from '../api/client.ts';
import { peopleApi } from '../api/people.ts';
import { givenBy } from '../model/rights.ts';
import { rights } from '../state/rights.ts';
import { keySettingTexts } from '../texts/texts.ts';
import { Copy } from '../ui/copy.tsx';
import { FormField } from './form-field.tsx';
import { placesToGive, SiteField } from './role-fields.tsx';

const scopes = Object.keys(keySettingTexts.scopes) as Scope[];

/** In days; 0 for no end. */
const times = [0, 30, 90, 365] as const;

const dayMs = 86_400_000;

/** Makes a key. It is shown once. */
export function KeyForm({ onMade }: { onMade: () => void }) {
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('read');
  const [site, setSite] = useState<string | undefined>(placesToGive()[0]);
  const [days, setDays] = useState<number>(0);
  const [made, setMade] = useState<string | undefined>();
  const [problem, setProblem] = useState<ApiError | undefined>();
  const mayAll = givenBy(rights.value, site).includes('owner');
  const make = async (event: Event) => {
    event.preventDefault();
    try {
      const { key } = await peopleApi.makeKey({
        ...{ name: name.trim(), scope },
        ...(site !== undefined && { site }),
        ...(days > 0 && { expires: new Date(Date.now() + days * dayMs).toISOString() }),
      });
      setMade(key);
      setName('');
      setProblem(undefined);
      onMade();
    } catch (error) {
      setProblem(error as ApiError);
    }
  };
  return (
    <form class="form adding" onSubmit={(event) => void make(event)}>
      <h3>{keySettingTexts.make}</h3>
      <FormField
        label={keySettingTexts.name}
        problem={problem?.field === 'name' ? problem.message : undefined}
        type="text"
        required
        maxLength={120}
        autocomplete="off"
        placeholder={keySettingTexts.nameExample}
        value={name}
        onChange={setName}
      />
      <label class="field">
        {keySettingTexts.scope}
        <select
          class="input"
          value={scope}
          onChange={({ currentTarget: { value } }) => setScope(value as Scope)}
        >
          {scopes
            .filter((one) => one !== 'all' || mayAll)
            .map((one) => (
              <option value={one} key={one}>
                {keySettingTexts.scopes[one].join(': ')}
              </option>
            ))}
        </select>
      </label>
      <SiteField
        label={keySettingTexts.site}
        value={site}
        onChange={(domain) => {
          setSite(domain);
          if (!givenBy(rights.value, domain).includes('owner') && scope === 'all') setScope('read');
        }}
      />
      <label class="field">
        {keySettingTexts.expires}
        <select
          class="input"
          value={days}
          onChange={({ currentTarget: { value } }) => setDays(Number(value))}
        >
          {times.map((one) => (
            <option value={one} key={one}>
              {wordsOfTime(one)}
            </option>
          ))}
        </select>
      </label>
      <p class="bad" role="alert">
        {problem?.field !== 'name' && problem?.message}
      </p>
      <button type="submit" class="button main">
        {keySettingTexts.submit}
      </button>
      {made !== undefined && (
        <div class="made">
          <p role="status">{keySettingTexts.made}</p>
          <Copy text={made} name={keySettingTexts.key} />
        </div>
      )}
    </form>
  );
}

function wordsOfTime(days: (typeof times)[number]): string {
  if (days === 0) return keySettingTexts.never;
  return days === 365 ? keySettingTexts.year : keySettingTexts.days(days);
}
