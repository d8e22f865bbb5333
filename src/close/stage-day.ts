import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../duck/duck.ts';
import type { Row } from '../home/home.ts';
import { orderOf } from '../journal/keys.ts';
import type { AmendedFiles } from '../ledger/amended-day.ts';
import { hitsFromFile } from '../ledger/columns.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import { offsetSpans } from '../lib/site-hours.ts';
import type { Erasure } from '../model/erasure.ts';
import { eraseFresh, setErasedAside } from '../visits/erase.ts';
import { addClosed, beginLoad, expandLines, lineOf } from '../visits/load.ts';

export type DayLoad = {
  readonly day: Day;
  readonly zones: readonly ZoneSpan[];
  /** What reads the hits that files have of the day, if there are any. */
  readonly closed: string | undefined;
  /** These files are amended instead: nothing of them is loaded. */
  readonly amends?: AmendedFiles | undefined;
  readonly pages: AsyncIterable<readonly Row[]>;
  readonly erasures: readonly Erasure[];
  /** Others, which can be taken back: what they mean is set aside (`setErasedAside`). */
  readonly aside?: readonly Erasure[];
  /** See `CloseWorld`. */
  readonly checkRoom: (bytes: number) => void;
};

/**
 * Of a file at the most. `rows`: a row group of DuckDB, since what one statement reads takes the
 * room of that many in any case; `chars`: where hits are large, since two files lie on the disk at
 * once.
 */
export type FileLimits = { readonly rows: number; readonly chars: number };

const usual: FileLimits = { rows: 122_880, chars: 64 * 2 ** 20 };

/** What a byte of lines becomes in the day's files; usual traffic becomes a fifth. */
const filedShare = 1 / 4;

/** Joined into one text, so that writing costs little each. */
const rowsAWrite = 4_000;

/**
 * Loads a whole day into `fresh` (`visits/tables.ts`), without what is erased; gives how many hits
 * that were. Rows go to DuckDB as lines of files, which all its threads read: appended to a table,
 * as mounts do, a million took twice the processor. The next file is written while one is read.
 * `folder` is this day's alone, and gone afterwards.
 */
export async function stageDay(
  session: Session,
  folder: string,
  load: DayLoad,
  limits = usual,
): Promise<number> {
  const { day, zones, closed, pages, erasures, aside = [], checkRoom } = load;
  await beginLoad(session, [{ day, spans: offsetSpans(zones, day) }]);
  if (closed !== undefined && load.amends === undefined)
    await addClosed(session, hitsFromFile(closed), [day]);
  let expanded: Promise<void> = Promise.resolve();
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for await (const { path, longest } of linesIn(folder, pages, limits, checkRoom)) {
      await expanded;
      expanded = expandLines(session, path, longest).finally(() => rm(path));
      expanded.catch(() => {}); // reported when it is awaited
    }
    await expanded;
  } finally {
    await expanded.catch(() => {}); // nothing may still be reading
    await rm(folder, { recursive: true, force: true });
  }
  const destroyed = await eraseFresh(session, day, erasures);
  return aside.length === 0 ? destroyed : destroyed + (await setErasedAside(session, day, aside));
}

type Lines = { readonly path: string; readonly longest: number };

async function* linesIn(
  folder: string,
  pages: AsyncIterable<readonly Row[]>,
  { rows: mostRows, chars: mostChars }: FileLimits,
  checkRoom: DayLoad['checkRoom'],
): AsyncGenerator<Lines> {
  const rows = pages[Symbol.asyncIterator]();
  let inAll = 0;
  for (let n = 0, page = await rows.next(); !page.done; n++) {
    const path = join(folder, `${n}.ndjson`);
    const file = await open(path, 'wx', 0o600);
    let longest = 0;
    let [written, chars] = [0, 0];
    let lines: string[] = [];
    let done: Promise<void> = Promise.resolve();
    const write = async () => {
      const text = lines.join('');
      lines = [];
      await done;
      inAll += text.length;
      checkRoom(text.length + inAll * filedShare);
      done = file.appendFile(text);
      done.catch(() => {}); // reported when it is awaited
    };
    try {
      for (; !page.done && written < mostRows && chars < mostChars; page = await rows.next()) {
        for (const row of page.value) {
          const line = lineOf(orderOf(row).slice(0, 13), row.value);
          // In UTF-8 a unit of UTF-16 takes three bytes at the most.
          longest = Math.max(longest, 3 * line.length);
          chars += line.length;
          lines.push(line);
        }
        written += page.value.length;
        if (lines.length >= rowsAWrite) await write();
      }
      await write();
      await done;
    } finally {
      await file.close();
    }
    yield { path, longest };
  }
}
