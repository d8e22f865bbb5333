import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Site } from '../api/types.ts';
import { showCount } from '../model/numbers.ts';
import { dateRangeOf, periodOf } from '../model/ranges.ts';
import { seriesOf } from '../model/series.ts';
import { nowMs, readSites, sites } from '../state/app-state.ts';
import { Link } from './link.tsx';
import { Sparkline } from './sparkline.tsx';

/** All sites, each with its visitors of the last days. */
export function SiteList() {
  useEffect(() => void readSites().catch(() => undefined), []); // What was read before stays.
  return (
    <main class="page">
      <div class="panel-title">
        <h1>Sites</h1>
        <Link class="button" to={{ page: 'add' }}>
          Add a site
        </Link>
      </div>
      {sites.value.length === 0 && (
        <p class="soft">There is no site yet. Add the first one, and its visitors will be counted here.</p>
      )}
      <ul class="sites">
        {sites.value.map((site) => (
          <li key={site.domain}>
            <SiteLine site={site} />
          </li>
        ))}
      </ul>
    </main>
  );
}

type Week = { readonly visitors: number; readonly values: readonly (number | null)[] };

function SiteLine({ site }: { site: Site }) {
  const [week, setWeek] = useState<Week | undefined>();
  useEffect(() => {
    const stop = new AbortController();
    const period = periodOf('7d', { nowMs: nowMs.peek(), zone: site.timezone });
    const totals = { metrics: ['visitors'], date_range: dateRangeOf(period) } as const;
    const series = { ...totals, dimensions: ['time:day'], include: { time_labels: true } } as const;
    api.batch(site.domain, [totals, series], stop.signal).then(
      ([total, days]) => {
        if (total === undefined || days === undefined || 'error' in total || 'error' in days) return;
        const { values } = seriesOf(days, ['visitors'], 'visitors');
        setWeek({ visitors: total.results[0]?.metrics[0] ?? 0, values });
      },
      () => undefined, // The site's own page says what is wrong.
    );
    return () => stop.abort();
  }, [site.domain]);
  return (
    <Link class="site-line" to={{ page: 'report', site: site.domain, filters: [] }}>
      <span class="cut">{site.domain}</span>
      <Sparkline values={week?.values ?? []} />
      <span class="site-visitors">
        <b>{week === undefined ? '–' : showCount(week.visitors)}</b>
        <span class="soft"> visitors in 7 days</span>
      </span>
    </Link>
  );
}
