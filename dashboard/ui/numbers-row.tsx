import { useEffect, useRef } from 'preact/hooks';
import { changeOf, metricNames, metrics, type ShownMetric } from '../model/metrics.ts';
import { seriesOf } from '../model/series.ts';
import { go, loader, plan, view } from '../state/app-state.ts';
import { Sparkline } from './sparkline.tsx';

/** The columns of the book. The chosen one is what the chart shows. */
export function NumbersRow() {
  const { totals, totalsBefore, series } = loader.shown.value;
  const comparing = plan.value.before !== undefined;
  const now = totals?.answer?.results[0]?.metrics;
  const rowBefore = comparing ? totalsBefore?.answer?.results[0]?.metrics : undefined;
  // Of no visits there is no bounce rate that another could be held against.
  const before = metricOf(rowBefore, 'visits') ? rowBefore : undefined;
  const over = series?.answer;
  const row = useRef<HTMLElement>(null);
  // On a phone the row scrolls sideways, and the chosen number may stand outside.
  useEffect(() => {
    const chosen = row.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (chosen) row.current!.scrollLeft = chosen.offsetLeft + chosen.offsetWidth - row.current!.clientWidth;
  }, []);
  return (
    <section ref={row} class={loader.loading.value ? 'numbers stale' : 'numbers'} aria-label="Numbers">
      {metrics.map(({ name, label, show, unit }) => {
        const value = unit === 'count' || metricOf(now, 'visits') ? metricOf(now, name) : undefined;
        const change = changeOf(name, value, metricOf(before, name));
        return (
          <button
            type="button"
            class="number"
            key={name}
            aria-pressed={view.value.metric === name}
            onClick={() => go({ metric: name })}
          >
            <span class="number-label">{label}</span>
            <span class="number-value">{value === undefined ? '–' : show(value ?? 0)}</span>
            <span class={`number-change ${change?.tone ?? 'same'}`}>{change?.text ?? '\u00a0'}</span>
            {over === undefined ? (
              <span class="spark" />
            ) : (
              <Sparkline values={seriesOf(over, metricNames, name).values} />
            )}
          </button>
        );
      })}
      {totals?.error !== undefined && <p class="notice">{totals.error}</p>}
    </section>
  );
}

function metricOf(row: readonly (number | null)[] | undefined, name: ShownMetric): number | null | undefined {
  return row?.[metricNames.indexOf(name)];
}
