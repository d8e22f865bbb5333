import type { Interval } from '../api/types.ts';
import { localTime } from '../model/calendar.ts';
import { showDay, showPeriod, showTick } from '../model/dates.ts';
import { gapsOf } from '../model/gaps.ts';
import { labelOf, type Metric, metricNamed, showMetric } from '../model/metrics.ts';
import { notesOf } from '../model/notes.ts';
import { showShort } from '../model/numbers.ts';
import { lastDayOf, periodAsked } from '../model/ranges.ts';
import { scaleFor } from '../model/scale.ts';
import { drawingOf, seriesOf } from '../model/series.ts';
import { go, loader, moment, plan, signedIn, view } from '../state/app-state.ts';
import { hiddenBelow } from '../state/shared.ts';
import { annotations, gaps } from '../state/site-notes.ts';
import { chartTexts, intervalTexts, numberTexts, shellTexts } from '../texts/texts.ts';
import { Canvas } from './chart-canvas.tsx';
import type { ChartModel } from './chart-plot.ts';
import { Link } from './link.tsx';

/** The chosen number over time, in front of the period before. */
export function TimeChart() {
  const { series, seriesBefore } = loader.shown.value;
  const { before, intervals, interval } = plan.value;
  const metric = metricNamed(plan.value.metric);
  const label = labelOf(metric.name, view.value.filters);
  const { hasBars } = view.value;
  if (series === undefined) return <div class="chart" />;
  if (series.answer === undefined) return <p class="chart soft empty">{series.error}</p>;
  const drawn = (series.query.dimensions?.[0]?.slice('time:'.length) ?? interval) as Interval;
  const behind = before === undefined ? undefined : seriesBefore?.answer;
  const { nowMs, zone } = moment.value;
  const drawing = drawingOf(
    seriesOf(series.answer, series.query.metrics, metric.name),
    behind && seriesOf(behind, series.query.metrics, metric.name),
    localTime(nowMs, zone),
  );
  const nothing = series.answer.results.length === 0;
  const model: ChartModel = {
    ...drawing,
    tick: (label) => showTick(label, drawn),
    hasBars,
    notes: notesOf(
      annotations.value,
      drawing.labels,
      lastDayOf(plan.value.period, moment.value),
      zone,
    ),
    gaps: gapsOf(gaps.value, drawing.labels, lastDayOf(plan.value.period, moment.value), zone),
    showValue: axisValue(metric),
    scale: scaleFor(
      Math.max(0, ...drawing.now.map(Number), ...drawing.before.map(Number)),
      metric.unit,
    ),
  };
  return (
    <section
      class={loader.loading.value ? 'chart stale' : 'chart'}
      aria-label={chartTexts.over(label)}
    >
      {nothing && (
        <p class="chart-empty">
          {nothingWords()}{' '}
          {signedIn.value && view.value.filters.length === 0 && (
            <Link to={{ page: 'setup' }}>{shellTexts.setup}</Link>
          )}
        </p>
      )}
      <Canvas
        model={model}
        interval={drawn}
        show={(value) => showMetric(metric.name, value)}
        label={label}
      />
      <div class="legend">
        <span class="legend-now">
          {showPeriod(periodAsked(series.query.date_range), moment.value)}
        </span>
        {drawing.before.some((value) => value !== null) && (
          <span class="legend-before">
            {showPeriod(periodAsked(seriesBefore!.query.date_range), moment.value)}
          </span>
        )}
        {drawing.partial !== undefined && <span class="legend-partial">{chartTexts.notOver}</span>}
        {model.notes.slice(0, mostNotes).map(({ index, day, text }) => (
          <Link class="legend-note" to={{ range: { from: day, to: day } }} key={`${index} ${text}`}>
            {chartTexts.noteOf(showDay(day), text)}
          </Link>
        ))}
        {model.notes.length > mostNotes && (
          <small>{chartTexts.moreNotes(model.notes.length - mostNotes)}</small>
        )}
        {model.gaps.slice(0, mostNotes).map(({ index, day, text }) => (
          <Link
            class="legend-note legend-gap"
            to={{ range: { from: day, to: day } }}
            key={`${index} ${text}`}
          >
            {text}
          </Link>
        ))}
        <div class="tabs">
          <Link class="tab" to={{ open: { name: 'table' } }}>
            {chartTexts.table}
          </Link>
          <button
            type="button"
            class="tab"
            aria-pressed={hasBars}
            onClick={() => go({ hasBars: !hasBars })}
          >
            {chartTexts.bars}
          </button>
          {intervals.length > 1 &&
            intervals.map((name) => (
              <button
                type="button"
                class="tab"
                key={name}
                aria-pressed={name === interval}
                onClick={() => go({ interval: name === intervals[0] ? undefined : name })}
              >
                {intervalTexts[name]}
              </button>
            ))}
        </div>
      </div>
    </section>
  );
}

/** Where small numbers are hidden, nobody knows whether there are none. */
function nothingWords(): string {
  const hidden = hiddenBelow.value;
  if (hidden !== undefined) return chartTexts.noneOf(hidden);
  return view.value.filters.length > 0 ? chartTexts.noVisitsFiltered : chartTexts.noVisits;
}

/** So many notes stand in the legend; the others are said where one points. */
const mostNotes = 4;

function axisValue({ name, unit }: Metric): (value: number) => string {
  if (unit === 'count' || unit === 'money') return showShort;
  return (value) => {
    const shown = showMetric(name, value);
    return unit === 'seconds' ? numberTexts.shortened(shown) : shown;
  };
}
