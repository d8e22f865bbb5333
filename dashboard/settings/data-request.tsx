import { useState } from 'preact/hooks';
import { shownPage } from '../../src/lib/page-path.ts';
import { base } from '../api/base.ts';
import { type ApiError, api } from '../api/client.ts';
import type { AskedVisitor, RawHit } from '../api/types.ts';
import { dayAt } from '../model/calendar.ts';
import { showDays, showMoment } from '../model/dates.ts';
import { showCount } from '../model/numbers.ts';
import { moment } from '../state/app-state.ts';
import { privacyTexts } from '../texts/texts.ts';
import { SideScroll } from '../ui/side-scroll.tsx';

type Found = { readonly visitors: readonly AskedVisitor[]; readonly hits: readonly RawHit[] };

/** The answer to a person who asks for their hits: finds them, gives them, and erases them. */
export function DataRequest({ domain }: { domain: string }) {
  const [address, setAddress] = useState('');
  const [agent, setAgent] = useState('');
  const [found, setFound] = useState<Found | undefined>();
  const [problem, setProblem] = useState('');
  const [erased, setErased] = useState('');
  const attempt = async (work: () => Promise<void>) => {
    setProblem('');
    setErased('');
    try {
      await work();
    } catch (error) {
      setProblem((error as ApiError).message);
    }
  };
  const find = async () => {
    setFound(undefined);
    const visitors = await api.visitorsOf(domain, address, agent);
    setFound({ visitors, hits: visitors.length === 0 ? [] : await api.hitsOf(domain, visitors) });
  };
  const erase = async ({ visitors }: Found) => {
    const { destroyed = '' } = await api.eraseVisitors(domain, visitors);
    setErased(privacyTexts.erased(showMoment(Date.parse(destroyed), moment.value.zone)));
    setFound({ visitors, hits: await api.hitsOf(domain, visitors) });
  };
  const field = (value: string, set: (value: string) => void, name: 'address' | 'userAgent') => (
    <label class="field">
      {privacyTexts[name]}
      <input
        class="input"
        required
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={privacyTexts[`${name}Example`]}
        value={value}
        onInput={({ currentTarget }) => set(currentTarget.value)}
      />
    </label>
  );
  return (
    <section aria-labelledby="data-request">
      <h3 id="data-request">{privacyTexts.request}</h3>
      <p class="soft">{privacyTexts.requestWords}</p>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(find);
        }}
      >
        {field(address, setAddress, 'address')}
        {field(agent, setAgent, 'userAgent')}
        <p class="bad" role="alert">
          {problem}
        </p>
        <button type="submit" class="button main">
          {privacyTexts.find}
        </button>
      </form>
      <p role="status">{erased || (found && foundWords(found))}</p>
      {found !== undefined && found.hits.length > 0 && (
        <FoundHits domain={domain} found={found} erase={() => void attempt(() => erase(found))} />
      )}
    </section>
  );
}

function foundWords({ visitors, hits }: Found): string {
  const [first, last] = [visitors[0], visitors.at(-1)];
  if (first === undefined || last === undefined) return privacyTexts.noSalt;
  const { nowMs, zone } = moment.value;
  const days = showDays(first.day, last.day, dayAt(nowMs, zone));
  return privacyTexts.found(hits.length, showCount(hits.length), days);
}

const shown = 20;

type FoundProps = {
  readonly domain: string;
  readonly found: Found;
  readonly erase: () => void;
};

function FoundHits({ domain, found: { visitors, hits }, erase }: FoundProps) {
  const { zone } = moment.value;
  return (
    <>
      <p class="soft">{privacyTexts.sameVisitor}</p>
      <SideScroll class="table-frame">
        <table>
          <caption>{privacyTexts.hits}</caption>
          <thead>
            <tr>
              <th scope="col">{privacyTexts.pageHead}</th>
              <th scope="col">{privacyTexts.what}</th>
              <th scope="col">{privacyTexts.time}</th>
            </tr>
          </thead>
          <tbody>
            {hits.slice(0, shown).map(({ id, time, name, page }) => (
              <tr key={`${id} ${time}`}>
                <th scope="row">
                  <span class="cut" title={shownPage(page)}>
                    {shownPage(page)}
                  </span>
                </th>
                <td>{name}</td>
                <td>{showMoment(time, zone)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
      {hits.length > shown && (
        <p class="soft">{privacyTexts.more(showCount(hits.length - shown))}</p>
      )}
      <div class="beside">
        {(['ndjson', 'csv'] as const).map((format) => (
          <a
            key={format}
            class="button"
            href={base + api.hitsPath(domain, visitors, format)}
            download={`hits.${format}`}
          >
            {format.toUpperCase()}
          </a>
        ))}
        <button type="button" class="button" onClick={erase}>
          {privacyTexts.erase}
        </button>
      </div>
    </>
  );
}
