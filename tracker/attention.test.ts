import { describe, expect, test } from 'vitest';
import { type Ping, payAttention } from './attention.ts';

type Act = ['look' | 'away', number] | ['see', number] | ['take', number];

/** The result of each `take`, on a page that is 1,000 px high. */
function run(acts: readonly Act[]): (Ping | undefined)[] {
  const attention = payAttention();
  const pings: (Ping | undefined)[] = [];
  for (const [act, value] of acts) {
    if (act === 'see') attention.see(value);
    else if (act === 'take') pings.push(attention.take(value, 1_000));
    else attention.look(value, act === 'look');
  }
  return pings;
}

describe('engagement', () => {
  test.each<[string, Act[], (Ping | undefined)[]]>([
    [
      'what was in sight, at once',
      [
        ['look', 1],
        ['see', 400],
        ['take', 51],
      ],
      [{ e: 50, sd: 40 }],
    ],
    [
      'never in focus',
      [
        ['away', 1],
        ['see', 400],
        ['take', 9_000],
      ],
      [{ e: 0, sd: 40 }],
    ],
    [
      'time away is no time',
      [
        ['look', 1],
        ['see', 1],
        ['away', 2_001],
        ['look', 8_001],
        ['take', 9_001],
      ],
      [{ e: 3_000, sd: 0 }],
    ],
    [
      'a second look does not begin again',
      [
        ['look', 1],
        ['see', 1],
        ['look', 2_001],
        ['take', 4_001],
      ],
      [{ e: 4_000, sd: 0 }],
    ],
    [
      'only what is new',
      [
        ['look', 1],
        ['see', 400],
        ['take', 1_001],
        ['take', 6_001],
      ],
      [
        { e: 1_000, sd: 40 },
        { e: 5_000, sd: 40 },
      ],
    ],
    [
      'nothing where little is new',
      [
        ['look', 1],
        ['see', 400],
        ['take', 1_001],
        ['take', 3_001],
      ],
      [{ e: 1_000, sd: 40 }, undefined],
    ],
    [
      'time that was not sent is kept',
      [
        ['look', 1],
        ['see', 400],
        ['take', 1_001],
        ['take', 3_001],
        ['see', 401],
        ['take', 3_101],
      ],
      [{ e: 1_000, sd: 40 }, undefined, { e: 2_100, sd: 40 }],
    ],
    [
      'further down is new, up is not',
      [
        ['look', 1],
        ['see', 400],
        ['take', 2],
        ['see', 300],
        ['take', 3],
        ['see', 900],
        ['take', 4],
      ],
      [{ e: 1, sd: 40 }, undefined, { e: 2, sd: 90 }],
    ],
    [
      'never over 100 %',
      [
        ['look', 1],
        ['see', 1_700],
        ['take', 2],
      ],
      [{ e: 1, sd: 100 }],
    ],
    [
      'a clock set back is no time',
      [
        ['look', 5_000],
        ['see', 1],
        ['take', 1_000],
      ],
      [{ e: 0, sd: 0 }],
    ],
  ])('%s', (_, acts, pings) => expect(run(acts)).toEqual(pings));
});
