import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Site } from '../api/types.ts';
import { localTime } from '../model/calendar.ts';
import { amountOf } from '../model/metrics.ts';
import { showCount } from '../model/numbers.ts';
import { dateRangeOf, periodOf } from '../model/ranges.ts';
import { type Drawing, drawingOf, seriesOf } from '../model/series.ts';
import { nowMs, readSites, sites } from '../state/app-state.ts';
import { Link } from './link.tsx';
import { Sparkline } from './sparkline.tsx';

/** All sites, each with its visitors of the last days. */
export function SiteList() {
  useEffect(() => void readSites().catch(() => undefined), []); // Else the old list stays.
  return (
    <main class="page">
      <div class="panel-title">
        <h1>Sites</h1>
        <Link class="button" to={{ page: 'add' }}>
          Add a site
        </Link>
      </div>
      {sites.value.length === 0 && (
        <p class="soft">
          There is no site yet. Add the first one, and its visitors will be counted here.
        </p>
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

type Week = { readonly visitors: number; readonly drawing: Drawing };

function SiteLine({ site }: { site: Site }) {
  const [week, setWeek] = useState<Week | undefined>();
  useEffect(() => {
    const stop = new AbortController();
    const moment = { nowMs: nowMs.peek(), zone: site.timezone };
    const period = periodOf('7d', moment);
    const totals = { metrics: ['visitors'], date_range: dateRangeOf(period) } as const;
    const series = { ...totals, dimensions: ['time:day'], include: { time_labels: true } } as const;
    api.batch(site.domain, [totals, series], stop.signal).then(
      ([total, days]) => {
        if (total === undefined || days === undefined || 'error' in total || 'error' in days)
          return;
        const localNow = localTime(moment.nowMs, moment.zone);
        const drawing = drawingOf(seriesOf(days, ['visitors'], 'visitors'), undefined, localNow);
        setWeek({ visitors: amountOf(total.results[0]?.metrics[0]) ?? 0, drawing });
      },
      () => undefined, // The site's own page shows the error.
    );
    return () => stop.abort();
  }, [site.domain]);
  return (
    <Link class="site-line" to={{ page: 'report', site: site.domain, filters: [] }}>
      <span class="cut">{site.domain}</span>
      <Sparkline drawing={week?.drawing} />
      <span class="site-visitors">
        <b>{week === undefined ? '–' : showCount(week.visitors)}</b>
        <span class="soft"> {week?.visitors === 1 ? 'visitor' : 'visitors'} in 7 days</span>
      </span>
    </Link>
  );
}
