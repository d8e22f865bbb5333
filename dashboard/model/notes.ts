import type { Annotation } from '../api/types.ts';
import { type Day, dayAt, localTime } from './calendar.ts';

/** An annotation at a bucket of the chart. */
export type Note = { readonly index: number; readonly day: Day; readonly text: string };

/**
 * The annotations within the buckets, in their order. `labels` are the starts of the buckets in the
 * site's zone; the last one ends after `lastDay`. A day is at its first hour.
 */
export function notesOf(
  annotations: readonly Annotation[],
  labels: readonly string[],
  lastDay: Day,
  zone: string,
): readonly Note[] {
  const [first] = labels;
  if (first === undefined) return [];
  return annotations
    .flatMap(({ date, text }): Note[] => {
      const isDay = date.length === 10;
      const at = isDay ? `${date} 00:00:00` : localTime(Date.parse(date), zone);
      const day = isDay ? date : dayAt(Date.parse(date), zone);
      const index = labels.filter((label) => label.padEnd(19, ' 00:00:00') <= at).length - 1;
      return index < 0 || day > lastDay ? [] : [{ index, day, text }];
    })
    .sort((a, b) => a.index - b.index);
}
