import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DaybookError } from '../../lib/errors.ts';
import { readLines } from './lines.ts';

/** The lines read from bytes that come in pieces of that size, and what ended the reading. */
async function read(
  bytes: Buffer,
  pieceBytes: number,
): Promise<{ lines: string[]; error?: unknown }> {
  async function* pieces() {
    for (let i = 0; i < bytes.length; i += pieceBytes) yield bytes.subarray(i, i + pieceBytes);
  }
  const lines: string[] = [];
  try {
    for await (const batch of readLines(pieces())) lines.push(...batch);
  } catch (error) {
    return { lines, error };
  }
  return { lines };
}

const text = (lines: readonly string[]) => Buffer.from(lines.map((line) => `${line}\n`).join(''));
const some = Array.from({ length: 300 }, (_, i) => `line ${i} ${'äö'.repeat(i % 7)}`);

test.each([1, 2, 7, 1_000, 100_000])('lines whole from pieces of %i bytes', async (pieceBytes) => {
  expect(await read(text(some), pieceBytes)).toEqual({ lines: some });
  expect(await read(gzipSync(text(some)), pieceBytes)).toEqual({ lines: some });
});

test.each<[string, Buffer, string[]]>([
  ['nothing', Buffer.alloc(0), []],
  ['one byte', Buffer.from('a'), ['a']],
  ['no line feed at the end', Buffer.from('a\nb'), ['a', 'b']],
  ['blank lines', Buffer.from('a\n\nb\n'), ['a', '', 'b']],
  ['carriage returns', Buffer.from('a\r\nb\r\n'), ['a', 'b']],
  ['gzip in two members', Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]), ['a', 'b']],
  ['gzip with padding behind', Buffer.concat([gzipSync('a\n'), Buffer.alloc(3_000)]), ['a']],
  ['gzip of nothing', gzipSync(''), []],
  ['a line far too long', text(['a', 'x'.repeat(300_000), 'b']), ['a', '(a line over 64 KB)', 'b']],
  [
    'such a line last',
    text(['a', 'x'.repeat(300_000)]).subarray(0, -1),
    ['a', '(a line over 64 KB)'],
  ],
])('%s', async (_, bytes, lines) => expect(await read(bytes, 1_000)).toEqual({ lines }));

test.each([0.5, 0.9, 0.999])('gzip cut at %f keeps the whole lines before', async (share) => {
  const many = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${(i * 7_919) % 104_729}`);
  const packed = gzipSync(text(many));
  const { lines, error } = await read(packed.subarray(0, Math.floor(packed.length * share)), 4_096);
  expect(error).toBeInstanceOf(DaybookError);
  expect(String(error)).toContain('cut or damaged');
  expect(lines).toEqual(many.slice(0, lines.length));
  // deflate works in blocks: all but the last one are to be had.
  expect(lines.length).toBeGreaterThan(20_000 * (share - 0.3));
});

test('gzip with a wrong byte is an error', async () => {
  const packed = gzipSync(text(some));
  packed[packed.length - 6]! ^= 0xff;
  expect((await read(packed, 500)).error).toBeInstanceOf(DaybookError);
});
