import type { Gaps } from '../api/types.ts';
import { chartTexts } from '../texts/texts.ts';
import type { Day } from './calendar.ts';
import { showMoment } from './dates.ts';
import { type Note, notesOf } from './notes.ts';

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
  const noteAt = (date: string, text = '') =>
    notesOf([{ id: '', date, text }], labels, lastDay, zone)[0];
  const ofServer = down.map(({ from, to }) => {
    const [start, end] = [from, to].map((at) => showMoment(Date.parse(at), zone));
    return { from, to, text: chartTexts.down(start!, end!) };
  });
  const ofBooks = short_days.map(({ date, stored, rows }) => ({
    ...{ from: date, to: date, text: chartTexts.short(stored - rows) },
  }));
  return [...ofServer, ...ofBooks].flatMap(({ from, to, text }): Gap[] => {
    // One that began before the first bucket, or ends after the last, is shown as far as it goes.
    const last = noteAt(to);
    if (last === undefined && noteAt(from) === undefined) return [];
    const first = noteAt(from, text) ?? { ...last!, index: 0, text };
    return [{ ...first, lastIndex: last?.index ?? labels.length - 1 }];
  });
}
