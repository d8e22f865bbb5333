import type { Gaps } from '../api/types.ts';
import { chartTexts } from '../texts/texts.ts';
import type { Day } from './calendar.ts';
import { showDay, showMoment } from './dates.ts';
import { type Note, placeOf } from './notes.ts';

/** A time in which hits may be missing: a note from one bucket to another. */
export type Gap = Note & { readonly lastIndex: number };

/** Those within the buckets; `labels`, `lastDay` and `zone` are as for `notesOf`. */
export function gapsOf(
  gaps: Gaps | undefined,
  labels: readonly string[],
  lastDay: Day,
  zone: string,
): readonly Gap[] {
  const { down = [], short_days = [] } = gaps ?? {};
  const ofServer = down.map(({ from, to }) => {
    const [start, end] = [from, to].map((at) => showMoment(Date.parse(at), zone));
    return { from, to, text: chartTexts.down(start!, end!) };
  });
  const ofBooks = short_days.map(({ date, stored, rows }) => ({
    ...{ from: date, to: date, text: chartTexts.short(showDay(date), stored - rows) },
  }));
  return [...ofServer, ...ofBooks].flatMap(({ from, to, text }): Gap[] => {
    // One that began before the first bucket, or ends after the last, is shown as far as it goes.
    const [first, last] = [from, to].map((date) => placeOf(date, labels, zone));
    if (last!.index < 0 || first!.day > lastDay) return [];
    return [{ index: Math.max(0, first!.index), lastIndex: last!.index, day: first!.day, text }];
  });
}
