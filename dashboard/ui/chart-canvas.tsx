import { useEffect, useRef, useState } from 'preact/hooks';
import type { Interval } from '../api/types.ts';
import { addDays } from '../model/calendar.ts';
import { showBucket } from '../model/dates.ts';
import { isWithinDay } from '../model/ranges.ts';
import { go, plan } from '../state/app-state.ts';
import { preferences } from '../state/preferences.ts';
import { chartTexts } from '../texts/texts.ts';
import { type ChartModel, drawChart, type Hover, type Plot } from './chart-plot.ts';

type Dragged = { readonly leftPx: number; readonly widthPx: number };

type CanvasProps = {
  readonly model: ChartModel;
  readonly interval: Interval;
  readonly show: (value: number) => string;
  readonly label: string;
};

/** The drawing: arrow keys and the pointer choose a bucket; a click or drag makes it the range. */
export function Canvas({ model, interval, show, label }: CanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const [hover, setHover] = useState<Hover | undefined>(undefined);
  const [dragged, setDragged] = useState<Dragged | undefined>(undefined);
  // The browser sends a click after a drag, too.
  const wasDragged = useRef(false);
  const drawn = JSON.stringify([
    ...[model.labels, model.now, model.before, model.partial, model.hasBars, label],
    ...[model.notes, model.gaps, preferences.value.theme],
  ]);

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

  /**
   * A click on a day, a week or a month makes it the range, a drag from one to another all between
   * them; hours and minutes have no range of their own.
   */
  function open(index: number | undefined, other = index): void {
    if (index === undefined || other === undefined) return;
    const [first, last] = index < other ? [index, other] : [other, index];
    const start = model.labels[first]?.slice(0, 10);
    if (start === undefined || isWithinDay(interval) || model.labels.length < 2) return;
    const next = model.labels[last + 1]?.slice(0, 10);
    const period = plan.peek().period;
    const end = next !== undefined ? addDays(next, -1) : period.kind === 'days' ? period.to : start;
    go({ range: { from: start, to: end }, interval: undefined });
  }

  /** Where a drag has begun; a finger scrolls. */
  function begin(event: PointerEvent): void {
    if (event.pointerType !== 'mouse' || event.button !== 0 || isWithinDay(interval)) return;
    const from = plot.current?.indexAt(event.clientX);
    const move = ({ clientX }: PointerEvent) => setDragged(span(from, clientX));
    const end = ({ clientX }: PointerEvent) => {
      stop();
      const to = plot.current?.indexAt(clientX);
      wasDragged.current = to !== from;
      if (to !== from) open(from, to);
    };
    const stop = () => {
      setDragged(undefined);
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', stop);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', stop);
  }

  function span(from: number | undefined, clientX: number): Dragged | undefined {
    const to = plot.current?.indexAt(clientX);
    if (from === undefined || to === undefined || from === to) return undefined;
    const [a, b] = [plot.current!.leftOf(from), plot.current!.leftOf(to)];
    return { leftPx: Math.min(a, b), widthPx: Math.abs(b - a) };
  }

  return (
    <div class="canvas-frame">
      <div
        ref={host}
        class="canvas"
        role="slider"
        tabIndex={0}
        aria-label={chartTexts.keys(label)}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, model.labels.length - 1)}
        aria-valuenow={hover?.index ?? 0}
        aria-valuetext={
          hover ? describeBucket(model, interval, show, hover.index) : chartTexts.noneChosen
        }
        onKeyDown={move}
        onBlur={() => plot.current?.pointAt(undefined)}
        onPointerDown={begin}
        onClick={(event) => {
          if (!wasDragged.current) open(plot.current?.indexAt(event.clientX));
          wasDragged.current = false;
        }}
      />
      {dragged && (
        <div
          class="dragged"
          style={{ '--left': `${dragged.leftPx}px`, '--width': `${dragged.widthPx}px` }}
        />
      )}
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
  const shown = value === null || value === undefined ? chartTexts.nothing : show(value);
  return chartTexts.bucket(showBucket(labels[index] ?? '', interval), shown);
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
          {partial === index && ` ${chartTexts.soFar}`}
        </dt>
        <dd>{value === null || value === undefined ? '–' : show(value)}</dd>
      </div>
      {model.notes
        .filter((note) => note.index === index)
        .map(({ text }) => (
          <div class="tip-note" key={text}>
            <dt class="unseen">{chartTexts.note}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      {model.gaps
        .filter((gap) => gap.index <= index && index <= gap.lastIndex)
        .map(({ text }) => (
          <div class="tip-note" key={text}>
            <dt class="unseen">{chartTexts.note}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      {beforeLabel !== undefined && (
        <div class="tip-before">
          <dt>{showBucket(beforeLabel, interval)}</dt>
          <dd>{valueBefore === null || valueBefore === undefined ? '–' : show(valueBefore)}</dd>
        </div>
      )}
    </dl>
  );
}
