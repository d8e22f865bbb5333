import './system-language.ts';
import uPlot from 'uplot';
import type { Gap } from '../model/gaps.ts';
import type { Note } from '../model/notes.ts';
import type { Scale } from '../model/scale.ts';
import type { Drawing } from '../model/series.ts';

export type ChartModel = Drawing & {
  /** The text of a label on the axis. */
  readonly tick: (label: string) => string;
  readonly showValue: (value: number) => string;
  readonly hasBars: boolean;
  readonly notes: readonly Note[];
  readonly gaps: readonly Gap[];
  readonly scale: Scale;
};

export type Hover = { readonly index: number; readonly leftPx: number };

export type Plot = {
  resize(widthPx: number): void;
  /** Moves the cursor to a bucket. */
  pointAt(index: number | undefined): void;
  /** The place of a bucket, in pixels from the left of `host`. */
  leftOf(index: number): number;
  /** The bucket nearest to a position, in pixels from the left of the window. */
  indexAt(clientX: number): number;
  destroy(): void;
};

/** In place of lines: one bar a bucket, with a little paper between them. */
const asBars = {
  ...{ paths: uPlot.paths.bars!({ size: [0.7, 48] }), width: 1, points: { show: false } },
};

const heightPx = 240;
const tickGapPx = 84;
const leastRightPx = 24;

/**
 * Draws two periods in one chart into `host`. `onHover` gets the bucket under the pointer, and its
 * position in pixels from the left of `host`.
 */
export function drawChart(
  host: HTMLElement,
  model: ChartModel,
  onHover: (hover: Hover | undefined) => void,
): Plot {
  const colour = (name: string) => getComputedStyle(host).getPropertyValue(`--${name}`).trim();
  const font = `12px ${getComputedStyle(host).fontFamily}`;
  const axis = { stroke: colour('soft'), font, ticks: { show: false }, border: { show: false } };
  const options: uPlot.Options = {
    width: Math.max(host.clientWidth, 200),
    height: heightPx,
    padding: [10, lastLabelPx(host, model, font), 0, 0],
    legend: { show: false },
    cursor: {
      // The pointer is moved to the nearest bucket, which would make every click the end of a drag.
      drag: { x: false, y: false, setScale: false, click: () => {} },
      y: false,
      move: (u, left, top) => [left < 0 ? left : u.valToPos(u.posToIdx(left), 'x'), top],
      points: {
        size: 9,
        width: 2,
        fill: () => colour('paper'),
        stroke: (_, series) => colour(series === 1 ? 'second' : 'accent'),
      },
    },
    scales: {
      x: {
        time: false,
        range: (_, min, max) => {
          const beside = min === max ? 1 : model.hasBars ? 0.5 : 0;
          return [min - beside, max + beside];
        },
      },
      y: { range: () => [0, model.scale.max] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 30,
        gap: 8,
        splits: (u) => ticksOf(model.labels, u.bbox.width / devicePixelRatio),
        values: (_, splits) => splits.map((i) => model.tick(model.labels[i] ?? '')),
      },
      {
        ...axis,
        grid: { stroke: colour('rule'), width: 1 },
        size: 48,
        gap: 8,
        splits: () => [...model.scale.ticks],
        values: (_, splits) => splits.map(model.showValue),
      },
    ],
    series: [
      {},
      { stroke: colour('second'), width: 1.2, dash: [5, 4], points: dots(5) },
      {
        stroke: colour('accent'),
        width: 2.2,
        fill: `color-mix(in srgb, ${colour('accent')} ${model.hasBars ? 45 : 8}%, transparent)`,
        points: dots(7),
        ...(model.hasBars && asBars),
      },
      {
        ...{ stroke: colour('accent'), width: 2.2, dash: [2, 4], points: dots(7) },
        ...(model.hasBars && asBars),
      },
    ],
    hooks: {
      drawClear: [(u) => drawGaps(u, model.gaps, colour('second'))],
      draw: [(u) => drawNotes(u, model.notes, colour('second'))],
      setCursor: [
        (u) => {
          const { idx, left } = u.cursor;
          if (idx === null || idx === undefined || left === undefined || left < 0)
            onHover(undefined);
          else onHover({ index: idx, leftPx: u.valToPos(idx, 'x') + u.over.offsetLeft });
        },
      ],
    },
  };
  const plot = new uPlot(options, dataOf(model), host);
  return {
    resize: (width) => plot.setSize({ width, height: heightPx }),
    pointAt: (index) =>
      plot.setCursor(
        index === undefined
          ? { left: -10, top: -10 }
          : { left: plot.valToPos(index, 'x'), top: 10 },
      ),
    leftOf: (index) => plot.valToPos(index, 'x') + plot.over.offsetLeft,
    indexAt: (clientX) => plot.posToIdx(clientX - plot.over.getBoundingClientRect().left),
    destroy: () => plot.destroy(),
  };
}

/** A hatched band behind the buckets of each. */
function drawGaps(u: uPlot, gaps: readonly Gap[], colour: string): void {
  const { ctx, bbox } = u;
  const half = Math.abs(u.valToPos(1, 'x', true) - u.valToPos(0, 'x', true)) / 2;
  const stepPx = 6 * devicePixelRatio;
  for (const { index, lastIndex } of gaps) {
    const left = Math.max(bbox.left, u.valToPos(index, 'x', true) - half);
    const right = Math.min(bbox.left + bbox.width, u.valToPos(lastIndex, 'x', true) + half);
    const bottom = bbox.top + bbox.height;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.strokeStyle = colour;
    ctx.globalAlpha = 0.45;
    ctx.lineWidth = devicePixelRatio;
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += stepPx) {
      ctx.moveTo(x, bottom);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
}

/** A dot on the axis for each bucket that something is said of. */
function drawNotes(u: uPlot, notes: readonly Note[], colour: string): void {
  const { ctx, bbox } = u;
  ctx.fillStyle = colour;
  for (const index of new Set(notes.map((note) => note.index))) {
    ctx.beginPath();
    const x = u.valToPos(index, 'x', true);
    ctx.arc(x, bbox.top + bbox.height, 4 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
}

/** Room at the right for half of the last label, which stands below the last value. */
function lastLabelPx(host: HTMLElement, { labels, tick }: ChartModel, font: string): number {
  const canvas = host.ownerDocument.createElement('canvas').getContext('2d');
  if (canvas === null) return leastRightPx;
  canvas.font = font;
  const widths = labels.map((label) => canvas.measureText(tick(label)).width);
  return Math.max(leastRightPx, Math.ceil(Math.max(0, ...widths) / 2));
}

/** A value without a neighbour on either side has no line: it is drawn as a dot. */
function dots(size: number): uPlot.Series.Points {
  return {
    show: true,
    size,
    filter: (u, series) => {
      const values = u.data[series]!;
      const isAlone = (i: number) =>
        values[i] != null && values[i - 1] == null && values[i + 1] == null;
      return [...values.keys()].filter(isAlone);
    },
  };
}

/**
 * The columns to draw: the period before, the buckets of this one that have ended, and the last of
 * those with the bucket that has not ended.
 */
function dataOf({ labels, now, before, partial, hasBars }: ChartModel): uPlot.AlignedData {
  const over = now.map((value, i) => (partial !== undefined && i >= partial ? null : value));
  const begins = hasBars ? partial : (partial ?? 0) - 1;
  const running = now.map((value, i) =>
    partial !== undefined && (i === partial || i === begins) ? value : null,
  );
  return [labels.map((_, i) => i), labels.map((_, i) => before[i] ?? null), over, running];
}

/** Minutes are many: what is named are whole hours, where there are some. */
function ticksOf(labels: readonly string[], widthPx: number): number[] {
  const hours = labels.flatMap((label, i) => (label.slice(14, 16) === '00' ? [i] : []));
  const some = hours.length > 1 && hours.length < labels.length ? hours : [...labels.keys()];
  return tickIndexes(some.length, widthPx).map((i) => some[i]!);
}

/**
 * The buckets with a label: as many as fit, with equal gaps. The last has none: it would not fit.
 */
function tickIndexes(count: number, widthPx: number): number[] {
  const step = Math.max(1, Math.ceil(count / Math.max(1, Math.floor(widthPx / tickGapPx))));
  const first = count > step ? Math.floor(step / 2) : 0;
  const ticks: number[] = [];
  for (let i = first; i < (step > 1 ? count - 1 : count); i += step) ticks.push(i);
  return ticks;
}
