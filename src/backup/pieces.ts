import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Row } from '../home/home.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';

/**
 * Rows in pieces that are named by their content. Where one ends is said by the keys in it, so rows
 * that are added or changed renew the pieces that they are in, and no other: what did not change is
 * in the backup already.
 *
 *   rows/<2 hex>/<sha256 of the text>.gz   a line of JSON for each row: [partition, sort, value]
 */
export type Piece = {
  readonly text: string;
  /** The hash that it is named by. */
  readonly sha256: string;
  readonly rows: number;
};

/** Of text, some eight times of what it takes when it is compressed. */
const leastBytes = 64 * 1024;

const mostBytes = 2 * 1024 ** 2;

/** One key in so many ends a piece: with rows of 400 bytes, at half a megabyte. */
const endsOneIn = 1_024;

export const pieceName = (sha256: string) => `rows/${sha256.slice(0, 2)}/${sha256}.gz`;

export function* cutPieces(rows: Iterable<Row>): Generator<Piece> {
  let lines: string[] = [];
  let bytes = 0;
  for (const { partition, sort, value } of rows) {
    const line = `${JSON.stringify([partition, sort, value])}\n`;
    lines.push(line);
    bytes += line.length;
    if (bytes < leastBytes || (bytes < mostBytes && !isEnd(partition, sort))) continue;
    yield pieceOf(lines);
    lines = [];
    bytes = 0;
  }
  if (lines.length > 0) yield pieceOf(lines);
}

function pieceOf(lines: readonly string[]): Piece {
  const text = lines.join('');
  return { text, sha256: digestOf(text), rows: lines.length };
}

/** FNV-1a, of 32 bits: quick, and the same for ever. */
function isEnd(partition: string, sort: string): boolean {
  let hash = 0x811c9dc5;
  for (const text of [partition, sort])
    for (let at = 0; at < text.length; at++)
      hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0) % endsOneIn === 0;
}

export const packPiece = ({ text }: Pick<Piece, 'text'>): Promise<Buffer> =>
  promisify(gzip)(text, { level: 6 });

/** The rows of a piece. Rejects with fault `damaged` where it is not what its name says. */
export async function unpackPiece(sha256: string, content: Buffer): Promise<Row[]> {
  const damaged = (problem: string) =>
    new DaybookError('damaged', `${pieceName(sha256)} is damaged: ${problem}`);
  const text = await promisify(gunzip)(content).catch((error: unknown) => {
    throw damaged(messageOf(error));
  });
  const found = digestOf(text);
  if (found !== sha256) throw damaged(`expected SHA-256 ${sha256}, got ${found}`);
  return text
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [partition, sort, value] = JSON.parse(line) as [string, string, string];
      return { partition, sort, value };
    });
}

const digestOf = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
