import { useEffect, useRef, useState } from 'preact/hooks';
import type { Interval } from '../api/types.ts';
import { addDays, localTime } from '../model/calendar.ts';
import { showBucket, showPeriod, showTick } from '../model/dates.ts';
import { metricNamed, metricNames } from '../model/metrics.ts';
import { showShort } from '../model/numbers.ts';
import { periodAsked } from '../model/ranges.ts';
import { scaleFor } from '../model/scale.ts';
import { drawingOf, seriesOf } from '../model/series.ts';
import { go, loader, moment, plan, signedIn, view } from '../state/app-state.ts';
import { type ChartModel, drawChart, type Hover, type Plot } from './chart-plot.ts';
import { Link } from './link.tsx';

const intervalLabels: Readonly<Record<Interval, string>> = {
  hour: 'Hours',
  day: 'Days',
  week: 'Weeks',
  month: 'Months',
};

/** The chosen number over time, in front of the period before. */
export function TimeChart() {
  const { series, seriesBefore } = loader.shown.value;
  const { before, intervals, interval } = plan.value;
  const metric = metricNamed(view.value.metric);
  if (series === undefined) return <div class="chart" />;
  if (series.answer === undefined) return <p class="chart soft empty">{series.error}</p>;
  const drawn = (series.query.dimensions?.[0]?.slice('time:'.length) ?? interval) as Interval;
  const behind = before === undefined ? undefined : seriesBefore?.answer;
  const { nowMs, zone } = moment.value;
  const drawing = drawingOf(
    seriesOf(series.answer, metricNames, metric.name),
    behind && seriesOf(behind, metricNames, metric.name),
    localTime(nowMs, zone),
  );
  const nothing = series.answer.results.length === 0;
  const model: ChartModel = {
    ...drawing,
    tick: (label) => showTick(label, drawn),
    showValue: axisValue(metric),
    scale: scaleFor(
      Math.max(0, ...drawing.now.map(Number), ...drawing.before.map(Number)),
      metric.unit,
    ),
  };
  return (
    <section
      class={loader.loading.value ? 'chart stale' : 'chart'}
      aria-label={`${metric.label} over time`}
    >
      {nothing && (
        <p class="chart-empty">
          No visits in this time{view.value.filters.length > 0 ? ' with these filters' : ''}.{' '}
          {signedIn.value && view.value.filters.length === 0 && (
            <Link to={{ page: 'setup' }}>How to send hits</Link>
          )}
        </p>
      )}
      <Canvas model={model} interval={drawn} show={metric.show} label={metric.label} />
      <div class="legend">
        <span class="legend-now">
          {showPeriod(periodAsked(series.query.date_range), moment.value)}
        </span>
        {drawing.before.some((value) => value !== null) && (
          <span class="legend-before">
            {showPeriod(periodAsked(seriesBefore!.query.date_range), moment.value)}
          </span>
        )}
        {drawing.partial !== undefined && <span class="legend-partial">not over yet</span>}
        {intervals.length > 1 && (
          <div class="tabs">
            {intervals.map((name) => (
              <button
                type="button"
                class="tab"
                key={name}
                aria-pressed={name === interval}
                onClick={() => go({ interval: name === intervals[0] ? undefined : name })}
              >
                {intervalLabels[name]}
              </button>
            ))}
          </div>
        )}
      </div>
    </section>
  );
}

function axisValue({ unit, show }: ReturnType<typeof metricNamed>): (value: number) => string {
  if (unit === 'count') return showShort;
  return unit === 'seconds' ? (value) => show(value).replace(/ 0[sm]$/, '') : show;
}

type CanvasProps = {
  readonly model: ChartModel;
  readonly interval: Interval;
  readonly show: (value: number) => string;
  readonly label: string;
};

function Canvas({ model, interval, show, label }: CanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const [hover, setHover] = useState<Hover | undefined>(undefined);
  const drawn = JSON.stringify([model.labels, model.now, model.before, model.partial, label]);

  useEffect(() => {
    const draw = () => {
      plot.current?.destroy();
      plot.current = drawChart(host.current!, model, setHover);
    };
    draw();
    // The canvas contains the colours, so it is drawn again when the theme changes.
    const theme = matchMedia('(prefers-color-scheme: dark)');
    theme.addEventListener('change', draw);
    const size = new ResizeObserver(([entry]) =>
      plot.current?.resize(Math.max(entry!.contentRect.width, 200)),
    );
    size.observe(host.current!);
    return () => {
      theme.removeEventListener('change', draw);
      size.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [drawn]);

  function move(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === 'Enter') open(hover?.index);
    if (step === 0) return;
    event.preventDefault();
    const last = model.labels.length - 1;
    plot.current?.pointAt(
      Math.min(last, Math.max(0, (hover?.index ?? (step > 0 ? -1 : last + 1)) + step)),
    );
  }

  /** A click on a day, a week or a month makes it the range; hours have no range of their own. */
  function open(index: number | undefined): void {
    const start = index === undefined ? undefined : model.labels[index]?.slice(0, 10);
    if (start === undefined || interval === 'hour' || model.labels.length < 2) return;
    const next = model.labels[index! + 1]?.slice(0, 10);
    const period = plan.peek().period;
    const end = next !== undefined ? addDays(next, -1) : period.kind === 'days' ? period.to : start;
    go({ range: { from: start, to: end }, interval: undefined });
  }

  return (
    <div class="canvas-frame">
      <div
        ref={host}
        class="canvas"
        role="slider"
        tabIndex={0}
        aria-label={`${label}: arrow keys go from bucket to bucket, Enter goes into one`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, model.labels.length - 1)}
        aria-valuenow={hover?.index ?? 0}
        aria-valuetext={hover ? describeBucket(model, interval, show, hover.index) : 'none chosen'}
        onKeyDown={move}
        onBlur={() => plot.current?.pointAt(undefined)}
        onClick={(event) => open(plot.current?.indexAt(event.clientX))}
      />
      {hover && (
        <Tip
          model={model}
          interval={interval}
          show={show}
          hover={hover}
          widthPx={host.current?.clientWidth ?? 0}
        />
      )}
    </div>
  );
}

function describeBucket(
  { labels, now }: ChartModel,
  interval: Interval,
  show: CanvasProps['show'],
  index: number,
): string {
  const value = now[index];
  const shown = value === null || value === undefined ? 'nothing' : show(value);
  return `${showBucket(labels[index] ?? '', interval)}: ${shown}`;
}

type TipProps = Omit<CanvasProps, 'label'> & { readonly hover: Hover; readonly widthPx: number };

/** Shows both values and dates of the bucket under the pointer. */
function Tip({ model, interval, show, hover, widthPx }: TipProps) {
  const { labels, now, before, beforeLabels, partial } = model;
  const { index, leftPx } = hover;
  const value = now[index];
  const valueBefore = before[index];
  const beforeLabel = beforeLabels[index];
  const side = leftPx > widthPx / 2 ? 'left' : 'right';
  return (
    <dl class={`tip ${side}`} style={{ '--at': `${leftPx}px` }}>
      <div class="tip-now">
        <dt>
          {showBucket(labels[index] ?? '', interval)}
          {partial === index && ' so far'}
        </dt>
        <dd>{value === null || value === undefined ? '–' : show(value)}</dd>
      </div>
      {beforeLabel !== undefined && (
        <div class="tip-before">
          <dt>{showBucket(beforeLabel, interval)}</dt>
          <dd>{valueBefore === null || valueBefore === undefined ? '–' : show(valueBefore)}</dd>
        </div>
      )}
    </dl>
  );
}
