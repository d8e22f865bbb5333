import { useState } from 'preact/hooks';
import { pagePattern } from '../../src/lib/page-patterns.ts';
import { type ApiError, api } from '../api/client.ts';
import type { QueryFilter } from '../api/types.ts';
import { showMoment } from '../model/dates.ts';
import { amountOf } from '../model/metrics.ts';
import { showCount } from '../model/numbers.ts';
import { go, moment, readSites } from '../state/app-state.ts';
import { may } from '../state/rights.ts';
import { eraseTexts } from '../texts/texts.ts';
import { KeptList, useKept } from './kept-list.tsx';

type What = {
  readonly page: string;
  readonly hostname: string;
  readonly from: string;
  readonly to: string;
};

const nothing: What = { page: '', hostname: '', from: '', to: '' };

/** Erases hits, removes the site, and takes either back. What would go is shown first. */
export function EraseSettings({ domain }: { domain: string }) {
  const removals = useKept(async () =>
    may('takeBack') ? (await api.removals()).filter(({ site }) => site === domain) : [],
  );
  return (
    <>
      <EraseForm
        domain={domain}
        erase={(what) => removals.change(() => api.erase(domain, said(what)))}
      />
      {may('removeSite', domain) && <RemoveForm domain={domain} />}
      {(removals.items?.length ?? 0) > 0 && (
        <>
          <h3>{eraseTexts.canBeTakenBack}</h3>
          <KeptList
            kept={removals}
            empty=""
            name={({ what }) => what}
            words={({ destroyed }) =>
              eraseTexts.destroyed(showMoment(Date.parse(destroyed), moment.value.zone))
            }
            action={eraseTexts.takeBack}
            remove={({ id }) => api.restore(id)}
          />
        </>
      )}
    </>
  );
}

type EraseProps = {
  readonly domain: string;
  readonly erase: (what: What) => Promise<boolean>;
};

function EraseForm({ domain, erase }: EraseProps) {
  const [what, setWhat] = useState<What>(nothing);
  const [found, setFound] = useState<string | undefined>();
  const [problem, setProblem] = useState('');
  const change = (by: Partial<What>) => {
    setWhat({ ...what, ...by });
    setFound(undefined);
    setProblem('');
  };
  const look = async (event: Event) => {
    event.preventDefault();
    if (Object.values(what).every((value) => value.trim() === ''))
      return setProblem(eraseTexts.sayWhich);
    try {
      setFound(await countHits(domain, what));
    } catch (error) {
      setProblem((error as ApiError).message);
    }
  };
  const go = async () => {
    if (await erase(what)) setWhat(nothing);
    setFound(undefined);
  };
  const field = (
    name: keyof What,
    label: string,
    placeholder: string,
    type: 'text' | 'date' = 'text',
  ) => (
    <label class="field">
      {label}
      <input
        class="input"
        {...(type === 'date' && { type })}
        maxLength={500}
        placeholder={placeholder}
        value={what[name]}
        onInput={({ currentTarget: { value } }) => change({ [name]: value })}
      />
    </label>
  );
  return (
    <form class="form adding" onSubmit={(event) => void look(event)}>
      <h3>{eraseTexts.title}</h3>
      {field('page', eraseTexts.page, eraseTexts.pageExample)}
      {field('hostname', eraseTexts.host, eraseTexts.hostExample)}
      {field('from', eraseTexts.from, '', 'date')}
      {field('to', eraseTexts.to, '', 'date')}
      <p class="bad" role="alert">
        {problem}
      </p>
      <div class="beside">
        <button type="submit" class="button">
          {eraseTexts.look}
        </button>
        {found !== undefined && (
          <button type="button" class="button main" onClick={() => void go()}>
            {eraseTexts.erase}
          </button>
        )}
      </div>
      <p role="status">{found}</p>
    </form>
  );
}

const said = (what: What): Record<string, string> =>
  Object.fromEntries(
    Object.entries(what)
      .map(([name, value]) => [name, value.trim()])
      .filter(([, value]) => value !== ''),
  );

/** What an erasure means, counted before it is made. */
async function countHits(domain: string, { page, hostname, from, to }: What): Promise<string> {
  const filters: QueryFilter[] = [
    ...(page.trim() === ''
      ? []
      : [['matches', 'event:page', [pagePattern(page.trim())]] satisfies QueryFilter]),
    ...(hostname.trim() === ''
      ? []
      : [['is', 'event:hostname', [hostname.trim()]] satisfies QueryFilter]),
  ];
  const date_range =
    from === '' && to === ''
      ? 'all'
      : ([from || '1970-01-01', to || new Date().toISOString().slice(0, 10)] as const);
  const [result] = await api.batch(domain, [
    { metrics: ['visitors', 'events'], date_range, filters },
  ]);
  if (result === undefined || 'error' in result)
    throw new Error(result?.error ?? eraseTexts.noAnswer);
  const [visitors = 0, events = 0] = (result.results[0]?.metrics ?? []).map(
    (value) => amountOf(value) ?? 0,
  );
  return eraseTexts.wouldGo(showCount(events), showCount(visitors));
}

function RemoveForm({ domain }: { domain: string }) {
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState('');
  const remove = async (event: Event) => {
    event.preventDefault();
    try {
      await api.removeSite(domain);
      await readSites();
      go({ page: 'sites', site: undefined });
    } catch (error) {
      setProblem((error as ApiError).message);
    }
  };
  return (
    <form class="form adding" onSubmit={(event) => void remove(event)}>
      <h3>{eraseTexts.remove}</h3>
      <p class="soft">{eraseTexts.allOfIt}</p>
      <label class="field">
        {eraseTexts.typeIt(domain)}
        <input
          class="input"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={typed}
          onInput={({ currentTarget: { value } }) => setTyped(value)}
        />
      </label>
      <p class="bad" role="alert">
        {problem}
      </p>
      <button type="submit" class="button" disabled={typed.trim() !== domain}>
        {eraseTexts.remove}
      </button>
    </form>
  );
}
