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
  return annotations
    .flatMap(({ date, text }): Note[] => {
      const { index, day } = placeOf(date, labels, zone);
      return index < 0 || day > lastDay ? [] : [{ index, day, text }];
    })
    .sort((a, b) => a.index - b.index);
}

/** The bucket of a day or of a moment, and its day; -1 before all of them. */
export function placeOf(
  date: string,
  labels: readonly string[],
  zone: string,
): Pick<Note, 'index' | 'day'> {
  const isDay = date.length === 10;
  const at = isDay ? `${date} 00:00:00` : localTime(Date.parse(date), zone);
  const day = isDay ? date : dayAt(Date.parse(date), zone);
  const begun = labels.filter((label) => label.padEnd(19, ' 00:00:00') <= at);
  return { index: begun.length - 1, day };
}
