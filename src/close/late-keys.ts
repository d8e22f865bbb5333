import type { Session } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import type { Key } from '../home/home.ts';
import { receiptOf, timeText } from '../journal/keys.ts';
import { openChecked } from '../ledger/checked-file.ts';
import type { NamedFile } from '../ledger/manifest.ts';
import type { Content } from '../ledger/save-files.ts';
import type { CloseWorld } from './world.ts';

/** Appended in one go. */
const keysAtOnce = 1_000;

/**
 * The keys of late rows of days, to be kept beside the hits: so a cut close does not count them
 * twice. In table `late`, `n` is the day's place.
 */
export async function lateContents(
  session: Session,
  ofDays: readonly (readonly Key[])[],
): Promise<Content[]> {
  if (ofDays.every(({ length }) => length === 0)) return [];
  await session.rows(
    '/* close.late */ CREATE TEMP TABLE late (n INTEGER, received BIGINT, id VARCHAR)',
  );
  for (const [n, late] of ofDays.entries()) {
    for (let i = 0; i < late.length; i += keysAtOnce) {
      const keys = late.slice(i, i + keysAtOnce).map(receiptOf);
      await session.append(
        'late',
        keys.map(({ receivedAtMs, id }) => [n, receivedAtMs, id] as const),
      );
    }
  }
  return [
    {
      kind: 'late',
      select: '/* close.late */ SELECT received, id FROM late',
      order: 'received, id',
      check: 'count(*), coalesce(bit_xor(hash(received, id)), 0)',
    },
  ];
}

/**
 * Late rows (by order key) that the present files hold: a close was cut before it had removed them.
 */
export async function lateCounted(
  { home, duck }: CloseWorld,
  named: NamedFile | undefined,
): Promise<ReadonlySet<string>> {
  if (named === undefined) return new Set();
  const file = await openChecked(home.files, named);
  try {
    const rows = await duck.read((session) =>
      session.rows(`/* close.counted */ SELECT received, id FROM ${parquet([file.path])}`),
    );
    return new Set(rows.map(([received, id]) => `${timeText(Number(received))}/${String(id)}`));
  } finally {
    file.release();
  }
}
