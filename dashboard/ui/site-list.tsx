import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { LiveSite, Query, Site } from '../api/types.ts';
import { everySite, siteName } from '../model/every-site.ts';
import { amountOf } from '../model/metrics.ts';
import { showCount } from '../model/numbers.ts';
import { dateRangeOf, periodOf } from '../model/ranges.ts';
import { browserZone, everySoOften, nowMs, readSites, sites } from '../state/app-state.ts';
import { may, rights } from '../state/rights.ts';
import { shellTexts, siteListTexts } from '../texts/texts.ts';
import { everySiteView } from './header.tsx';
import { Link } from './link.tsx';
import { Sparkline } from './sparkline.tsx';

/** With more sites than this there is a field to search them. */
const mostWithoutSearch = 8;

/** So many are shown, and asked for, at once; the others are found by typing. */
const mostShown = 50;

const everyMs = 30_000;

/** All sites, each with its visitors now, of the last 24 hours, and of 7 days. */
export function SiteList() {
  const [typed, setTyped] = useState('');
  useEffect(() => void readSites().catch(() => undefined), []); // Else the old list stays.
  const all = sites.value;
  const found = all.filter(({ domain }) => domain.includes(typed.trim().toLowerCase()));
  const shown = found.slice(0, mostShown);
  const live = useLive(shown);
  const week = useWeek(all);
  return (
    <main class="page">
      <div class="panel-title">
        <h1>{siteListTexts.title}</h1>
        {may('addSite') && (
          <Link class="button" to={{ page: 'add' }}>
            {shellTexts.addSite}
          </Link>
        )}
      </div>
      {all.length === 0 && (
        <p class="soft">{may('addSite') ? siteListTexts.none : siteListTexts.noneOfYours}</p>
      )}
      {all.length > mostWithoutSearch && (
        <input
          class="input"
          type="search"
          aria-label={shellTexts.searchSites}
          placeholder={shellTexts.searchSites}
          value={typed}
          onInput={({ currentTarget: { value } }) => setTyped(value)}
        />
      )}
      <ul class="sites">
        {shown.map(({ domain }) => (
          <li key={domain}>
            <SiteLine domain={domain} live={live.get(domain)} visitors={week?.bySite.get(domain)} />
          </li>
        ))}
      </ul>
      {found.length > shown.length && (
        <p class="soft">{siteListTexts.more(showCount(found.length - shown.length))}</p>
      )}
      {all.length > 1 && week !== undefined && rights.value.all !== null && (
        <p class="soft">
          <Link to={everySiteView}>{siteName(everySite)}</Link>: <b>{showCount(week.all)}</b>{' '}
          {siteListTexts.inWeek(week.all)}. {siteListTexts.twice}
        </p>
      )}
    </main>
  );
}

type LineProps = {
  readonly domain: string;
  readonly live: LiveSite | undefined;
  /** Of 7 days; undefined until they are known. */
  readonly visitors: number | undefined;
};

function SiteLine({ domain, live, visitors }: LineProps) {
  const drawing = live && { now: live.visitors, partial: live.visitors.length - 1 };
  return (
    <Link class="site-line" to={{ page: 'report', site: domain, filters: [] }}>
      <span class="cut">{domain}</span>
      <Sparkline drawing={drawing} />
      <span class={(live?.current_visitors ?? 0) > 0 ? 'site-now' : 'site-now soft'}>
        {live === undefined ? '' : shellTexts.now(showCount(live.current_visitors))}
      </span>
      <span class="site-visitors">
        <b>{visitors === undefined ? '–' : showCount(visitors)}</b>
        <span class="soft"> {siteListTexts.inWeek(visitors)}</span>
      </span>
    </Link>
  );
}

/** What is now on the sites, asked again from time to time. */
function useLive(shown: readonly Site[]): ReadonlyMap<string, LiveSite> {
  const [live, setLive] = useState<ReadonlyMap<string, LiveSite>>(new Map());
  const names = shown.map(({ domain }) => domain).join(',');
  useEffect(() => {
    if (names === '') return;
    let isCurrent = true;
    const read = () =>
      void api.live(names).then(
        (found) => {
          if (isCurrent) setLive(new Map(found.map((site) => [site.domain, site])));
        },
        () => undefined, // The site's own page shows the error.
      );
    read();
    const stop = everySoOften(read, everyMs);
    return () => {
      isCurrent = false;
      stop();
    };
  }, [names]);
  return live;
}

type Week = { readonly all: number; readonly bySite: ReadonlyMap<string, number> };

/** The visitors of 7 days, of each site and of all together; a site without any has 0. */
function useWeek(all: readonly Site[]): Week | undefined {
  const [week, setWeek] = useState<Week | undefined>();
  const names = all.map(({ domain }) => domain).join(',');
  useEffect(() => {
    if (names === '') return;
    const stop = new AbortController();
    const read = rights.peek().all === null ? readOfEach : readOfAll;
    read(names.split(','), stop.signal).then(
      (bySite) => setWeek({ all: [...bySite.values()].reduce((sum, one) => sum + one, 0), bySite }),
      () => undefined, // The site's own page shows the error.
    );
    return () => stop.abort();
  }, [names]);
  return week;
}

const weekQuery = (): Query => ({
  metrics: ['visitors'],
  date_range: dateRangeOf(periodOf('7d', { nowMs: nowMs.peek(), zone: browserZone() })),
});

/** In one query, for who may read every site. */
async function readOfAll(
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const [result] = await api.batch('*', [{ ...weekQuery(), dimensions: ['site'] }], signal);
  if (result === undefined || 'error' in result) throw new Error(result?.error);
  const none = names.map((domain): [string, number] => [domain, 0]);
  const counted = result.results.map(
    ({ dimensions: [domain = ''], metrics: [value] }): [string, number] => [
      domain,
      amountOf(value) ?? 0,
    ],
  );
  return new Map([...none, ...counted]);
}

/** One site after another; those that are not shown at once are not asked for. */
async function readOfEach(
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const counted = new Map<string, number>();
  for (const domain of names.slice(0, mostShown)) {
    const [result] = await api.batch(domain, [weekQuery()], signal);
    if (result !== undefined && !('error' in result))
      counted.set(domain, amountOf(result.results[0]?.metrics[0] ?? 0) ?? 0);
  }
  return counted;
}
