import type { Value } from '../../duck/duck.ts';
import { fail } from '../query/expect.ts';
import type { Limits } from '../query/limits.ts';

/** What the answers of one request may still contain. */
export type Room = {
  /** Throws `bad-input` where these rows, or so many labels, are more than that. */
  take(rows: readonly (readonly Value[])[]): void;
  takeLabels(count: number): void;
};

/** Answers are held whole: in the engine, in the server, and as the text that is sent. */
export function openRoom({ values, characters }: Limits['answers'], queries: number): Room {
  let taken = { values: 0, characters: 0 };
  const at = queries === 1 ? 'pagination.limit' : 'queries';
  const lower = queries === 1 ? 'a lower pagination.limit' : 'a lower pagination.limit in each';
  const fewer = `${lower}, or fewer dimensions and metrics`;
  function check(): void {
    if (taken.values > values)
      fail(at, `at most ${values} values in all rows together: ${fewer}`, 'more');
    if (taken.characters > characters)
      fail(at, `at most ${characters} characters in all rows together: ${fewer}`, 'more');
  }
  return {
    take(rows) {
      const own = rows.flat();
      const texts = own.filter((value): value is string => typeof value === 'string');
      taken = {
        values: taken.values + own.length,
        characters: texts.reduce((sum, { length }) => sum + length, taken.characters),
      };
      check();
    },
    takeLabels(count) {
      taken = { ...taken, values: taken.values + count };
      check();
    },
  };
}
