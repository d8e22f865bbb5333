export type Progress = {
  /** That many more bytes were read. */
  bytes(more: number): void;
  /** That many lines were read in all. */
  lines(all: number): void;
  end(): void;
};

const everyMs = 100;

const barCells = 30;

/** A line that is drawn over again while something runs; nothing where nobody watches. */
export function showProgress(
  out: { readonly isTTY?: boolean; write(text: string): unknown },
  totalBytes: number | undefined,
  what = 'lines',
): Progress {
  if (out.isTTY !== true) return { bytes: () => {}, lines: () => {}, end: () => {} };
  const startMs = performance.now();
  let [bytes, lines] = [0, 0];

  function draw(): void {
    const perSecond = Math.round(lines / Math.max(0.1, (performance.now() - startMs) / 1_000));
    const done =
      totalBytes === undefined || totalBytes === 0 ? undefined : Math.min(1, bytes / totalBytes);
    out.write(
      `\r\x1b[K${done === undefined ? '' : `${bar(done)} `}${count(lines)} ${what}, ` +
        `${count(perSecond)}/s`,
    );
  }

  const timer = setInterval(draw, everyMs);
  timer.unref();
  return {
    bytes: (more) => {
      bytes += more;
    },
    lines: (all) => {
      lines = all;
    },
    end() {
      clearInterval(timer);
      out.write('\r\x1b[K');
    },
  };
}

function bar(done: number): string {
  const full = Math.floor(done * barCells);
  return `${'█'.repeat(full)}${'░'.repeat(barCells - full)} ${Math.floor(done * 100)} %`;
}

const count = (value: number) => value.toLocaleString('en-US');
