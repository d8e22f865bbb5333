import { createGunzip } from 'node:zlib';
import { DaybookError, messageOf } from '../../lib/errors.ts';

/** A longer line is none: it is not kept in memory, and counts as one broken line. */
const maxLineBytes = 65_536;

const tooLong = '(a line over 64 KB)';

const lineFeed = 10;

/**
 * The lines of a log as they come, in batches; gzip (one member or several) is known by its first
 * bytes. Rejects with fault `bad-input` where gzip data is cut or damaged, after all whole lines
 * that came before.
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<readonly string[]> {
  let rest: Buffer = Buffer.alloc(0);
  let skipping = false;
  for await (const chunk of unpacked(bytes)) {
    const last = chunk.lastIndexOf(lineFeed);
    if (last < 0) {
      if (!skipping) rest = Buffer.concat([rest, chunk]);
    } else {
      const from = skipping ? chunk.indexOf(lineFeed) : 0;
      yield linesOf(Buffer.concat([rest, chunk.subarray(from, last)]));
      // A copy: the chunk's memory may be used again.
      rest = Buffer.from(chunk.subarray(last + 1));
      skipping = false;
    }
    if (rest.length > maxLineBytes) {
      rest = Buffer.from(tooLong);
      skipping = true;
    }
  }
  if (rest.length > 0) yield linesOf(rest);
}

function linesOf(bytes: Buffer): readonly string[] {
  const lines = bytes.toString('utf8').split('\n');
  return bytes.includes(13)
    ? lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
    : lines;
}

/** The bytes themselves, or what they unpack to. */
async function* unpacked(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = bytes[Symbol.asyncIterator]();
  try {
    let head: Buffer = Buffer.alloc(0);
    while (head.length < 2) {
      const next = await source.next();
      if (next.done) break;
      head = Buffer.concat([head, next.value]);
    }
    const rest = { [Symbol.asyncIterator]: () => source };
    if (head[0] === 0x1f && head[1] === 0x8b) {
      yield* gunzipped(head, rest);
    } else {
      if (head.length > 0) yield head;
      yield* rest;
    }
  } finally {
    await source.return?.();
  }
}

/**
 * Unpacks piece by piece. A stream piped through would throw away what it has unpacked, but not yet
 * given, when it comes to a cut.
 */
async function* gunzipped(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 65_536 });
  let unpacked: Buffer[] = [];
  let failed: Error | undefined;
  let ended = false;
  let settle: () => void = () => {};
  gunzip.on('data', (piece: Buffer) => unpacked.push(piece));
  gunzip.on('error', (error) => {
    failed = error;
    settle();
  });
  gunzip.on('end', () => {
    ended = true;
    settle();
  });

  async function* pieces(run: (done: () => void) => void): AsyncGenerator<Buffer> {
    // What is padded after the last member is no data, and would never be taken.
    if (failed === undefined && !ended) {
      await new Promise<void>((resolve) => {
        settle = resolve;
        run(resolve);
      });
    }
    const ready = unpacked;
    unpacked = [];
    yield* ready;
    if (failed !== undefined) {
      const message = `the gzip data is cut or damaged: ${messageOf(failed)}`;
      throw new DaybookError('bad-input', message, { cause: failed });
    }
  }

  try {
    yield* pieces((done) => gunzip.write(head, () => done()));
    for await (const chunk of rest) yield* pieces((done) => gunzip.write(chunk, () => done()));
    yield* pieces(() => gunzip.end());
  } finally {
    gunzip.destroy();
  }
}
