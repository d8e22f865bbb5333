import { messageOf } from '../../lib/errors.ts';
import { lineReader } from './line.ts';
import { readLines } from './lines.ts';

export type LogSource = { readonly name: string; readonly bytes: AsyncIterable<Buffer> };

export type LogBatch = {
  /** Index of its source. */
  readonly source: number;
  readonly lines: readonly string[];
  /** Number of the first of `lines` in its source, from 1. */
  readonly number: number;
  /** No batch from now on has lines from before this moment, if each source is in order. */
  readonly passedMs: number;
};

/** A source that could not be read to its end. */
export type LogProblem = {
  readonly source: number;
  readonly lines: number;
  readonly message: string;
};

type Reader = {
  readonly source: number;
  readonly batches: AsyncGenerator<readonly string[]>;
  lines: readonly string[];
  read: number;
  atMs: number;
};

/**
 * The lines of all sources, in batches, the source that is furthest back in time first. So what is
 * remembered of a moment can be forgotten once all sources are past it. A source that fails ends,
 * and `onProblem` is called.
 */
export async function* mergeLogs(
  sources: readonly LogSource[],
  onProblem: (problem: LogProblem) => void,
): AsyncGenerator<LogBatch> {
  const read = lineReader();
  const readers: Reader[] = sources.map(({ bytes }, source) => ({
    source,
    batches: readLines(bytes),
    lines: [],
    read: 0,
    atMs: Number.NEGATIVE_INFINITY,
  }));

  /** Loads the next batch. Where none is left, the reader is done. */
  async function advance(reader: Reader): Promise<void> {
    reader.read += reader.lines.length;
    try {
      const next = await reader.batches.next();
      if (!next.done) {
        reader.lines = next.value;
        for (const line of next.value) {
          const timeMs = read(line)?.timeMs;
          if (timeMs === undefined) continue;
          reader.atMs = timeMs;
          break;
        }
        return;
      }
    } catch (error) {
      onProblem({ source: reader.source, lines: reader.read, message: messageOf(error) });
    }
    readers.splice(readers.indexOf(reader), 1);
  }

  for (const reader of [...readers]) await advance(reader);
  while (readers.length > 0) {
    let earliest = readers[0]!;
    for (const reader of readers) if (reader.atMs < earliest.atMs) earliest = reader;
    const { source, lines, read: before, atMs } = earliest;
    yield { source, lines, number: before + 1, passedMs: atMs };
    await advance(earliest);
  }
}
