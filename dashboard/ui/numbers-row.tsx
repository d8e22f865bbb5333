import { localTime } from '../model/calendar.ts';
import { changeOf, metricNames, metrics, valueIn } from '../model/metrics.ts';
import { drawingOf, seriesOf } from '../model/series.ts';
import { go, loader, moment, plan, view } from '../state/app-state.ts';
import { Sparkline } from './sparkline.tsx';

/** The row of numbers. The chart shows the chosen one. */
export function NumbersRow() {
  const { totals, series } = loader.shown.value;
  const comparing = plan.value.before !== undefined;
  const row = totals?.answer?.results[0];
  const now = row?.metrics;
  const before = comparing ? row?.comparison?.metrics : undefined;
  const over = series?.answer;
  const localNow = localTime(moment.value.nowMs, moment.value.zone);
  return (
    <section class={loader.loading.value ? 'numbers stale' : 'numbers'} aria-label="Numbers">
      {metrics.map(({ name, label, show }) => {
        const value = valueIn(now, metricNames, name);
        const change = changeOf(name, value, valueIn(before, metricNames, name));
        return (
          <button
            type="button"
            class="number"
            key={name}
            aria-pressed={view.value.metric === name}
            onClick={() => go({ metric: name })}
          >
            <span class="number-label">{label}</span>
            <span class="number-value">
              {value === undefined || value === null ? '–' : show(value)}
            </span>
            <span class={`number-change ${change?.tone ?? 'same'}`}>
              {change?.text ?? '\u00a0'}
            </span>
            <Sparkline
              drawing={over && drawingOf(seriesOf(over, metricNames, name), undefined, localNow)}
            />
          </button>
        );
      })}
      {totals?.error !== undefined && <p class="notice">{totals.error}</p>}
    </section>
  );
}
