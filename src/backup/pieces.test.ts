import { expect, test } from 'vitest';
import type { Row } from '../home/home.ts';
import { cutPieces, packPiece, unpackPiece } from './pieces.ts';

const rows: readonly Row[] = Array.from({ length: 20_000 }, (_, n) => ({
  partition: `hit/site/2026-04-${String(1 + Math.floor(n / 5_000)).padStart(2, '0')}/0`,
  sort: String(n).padStart(6, '0'),
  value: JSON.stringify({ page: `/é/${n}\n`, filler: 'x'.repeat(300) }),
}));
const hashes = (of: readonly Row[]) => new Set([...cutPieces(of)].map(({ sha256 }) => sha256));
const present = hashes(rows);
const newIn = (of: readonly Row[]) => [...hashes(of)].filter((one) => !present.has(one));

test('rows come back from their pieces as they were, in their order', async () => {
  const back: Row[] = [];
  for (const piece of cutPieces(rows))
    back.push(...(await unpackPiece(piece.sha256, await packPiece(piece))));
  expect(back).toEqual(rows);
});

test('a row that is added, changed or removed renews the pieces beside it, and no other', () => {
  expect(present.size).toBeGreaterThan(8);
  const more = { ...rows[7_000]!, sort: `${rows[7_000]!.sort}/more` };
  const edits: Readonly<Record<string, readonly Row[]>> = {
    added: rows.toSpliced(7_001, 0, more),
    changed: rows.with(7_000, { ...rows[7_000]!, value: '{}' }),
    removed: rows.toSpliced(7_000, 1),
    'added at the end': [...rows, { ...rows.at(-1)!, sort: '9' }],
  };
  for (const [what, edited] of Object.entries(edits)) {
    expect(newIn(edited).length, what).toBeGreaterThan(0);
    expect(newIn(edited).length, what).toBeLessThanOrEqual(2);
  }
});

test('no rows are no piece', () => {
  expect([...cutPieces([])]).toEqual([]);
});

test('a damaged piece is named', async () => {
  const [piece] = cutPieces(rows);
  const content = await packPiece(piece!);
  const cut = content.subarray(0, content.length - 10);
  await expect(unpackPiece(piece!.sha256, cut)).rejects.toThrow(`${piece!.sha256}.gz is damaged`);
  const other = await packPiece({ text: '["a","b","c"]\n' });
  await expect(unpackPiece(piece!.sha256, other)).rejects.toThrow('expected SHA-256');
});
