import type { Session } from '../duck/duck.ts';
import { dayContents, prepareDays } from '../ledger/day-contents.ts';
import { fileRows, isWrittenNow } from '../ledger/file-rows.ts';
import { fileOfDay } from '../ledger/manifest.ts';
import { openMonths } from '../ledger/months.ts';
import { inOrder } from '../ledger/save-files.ts';
import type { Day, ZoneSpan } from '../lib/site-days.ts';
import { offsetSpans } from '../lib/site-hours.ts';
import { type DaysSite, type HeldDays, hitsOfDay, listDaysHeld } from './held-days.ts';
import type { Days } from './open-days.ts';
import { readDays } from './read-days.ts';
import type { Opened, Wanted } from './wanted.ts';

/** All hits of one day, each once. */
export type DayHits = {
  /** What reads them, with the ledger's columns, in its order. */
  readonly from: string;
  /** The ledger's file, if it contains exactly these hits as they would be written now. */
  readonly file?: { readonly path: string; readonly hits: number };
};

/**
 * Gives the hits of one day to `use`: from the ledger if the day is closed, else mounted, alone.
 * Gives undefined for a day without hits. `days` are used by nobody else meanwhile (`openDayHits`).
 */
export async function withDayHits<T>(
  days: Days,
  site: DaysSite,
  day: Day,
  use: (session: Session, hits: DayHits) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await readDays(days, site, { from: day, to: day }, (held) => {
      const wanted = hitsOfDay(held, day);
      return {
        scopes: wanted === undefined ? [] : [wanted],
        async compute(session, _, opened): Promise<T | undefined> {
          if (wanted === undefined) return undefined;
          const isOfFiles = wanted.days[0]?.source === 'files';
          const hits = isOfFiles
            ? closedHits(site.id, held, day, opened)
            : await mountedHits(session, site.zones, wanted, opened);
          return hits && use(session, hits);
        },
      };
    });
  } finally {
    days.mounts.forget(site.id); // one day at a time is held
  }
}

function closedHits(
  siteId: string,
  { closed }: HeldDays,
  day: Day,
  { pathOf }: Opened,
): DayHits | undefined {
  const here = closed.get(day);
  const file = here && fileOfDay(siteId, here.month, day, 'hits');
  if (file === undefined) return undefined;
  const isWhole = here?.closed.own !== undefined && isWrittenNow(file);
  return {
    from: `(FROM ${fileRows('hits', [file], pathOf)} WHERE day = DATE '${day}')`,
    ...(isWhole && { file: { path: pathOf(file.name), hits: file.rows } }),
  };
}

/** Of a day that has rows besides what the ledger has of it, or only rows. */
async function mountedHits(
  session: Session,
  zones: readonly ZoneSpan[],
  wanted: Wanted,
  { tables }: Opened,
): Promise<DayHits> {
  const { day } = wanted.days[0]!;
  const mounted = tables(wanted);
  await prepareDays(session, mounted, [{ day, spans: offsetSpans(zones, day) }]);
  const hits = dayContents(mounted).find(({ kind }) => kind === 'hits')!;
  return { from: `(${inOrder(hits)})` };
}

/** Days, both included; either end may be open. */
export type DaySpan = { readonly from?: Day; readonly to?: Day };

/** The days of a site that may have hits, ascending. */
export async function daysWithHits(
  { home }: Pick<Days, 'home'>,
  siteId: string,
  span: DaySpan,
): Promise<readonly Day[]> {
  const source = { home, months: openMonths(home) };
  const { days, closed } = await listDaysHeld(source, siteId, span);
  // Of one that has no hits, all may have been erased, and been taken back.
  return [...new Set([...days, ...closed.keys()])].sort();
}
