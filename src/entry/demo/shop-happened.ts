import type { Trouble } from './story.ts';

/**
 * What happened to the shop, in days before the present one. Reports of the last 30 days contain
 * all but the first newsletter and the redesign, which lies at their beginning: so they differ from
 * the 30 days before. Tests say what can be seen of each.
 */
export const happened = {
  /** Each of the two brought many readers and few orders. */
  sowingLetters: [53, 23],
  /** Visitors from search look further since then. */
  redesign: 34,
  /** A page that did not exist before, and Hacker News had it on its front page. */
  launch: 26,
  /** It brought few readers, and more money than all other campaigns. */
  boxLetter: 16,
  /** Pages were not served; afterwards those of the shop were not found for a while. */
  outage: 9,
} as const;

export const outage: readonly [down: Trouble, missing: Trouble] = [
  { fromHour: 13, toHour: 17, kind: 'down' },
  { fromHour: 17, toHour: 20, kind: 'missing' },
];

/** The owner's notes of it: days back, the hour where it is known, and the text. */
export const annotations: readonly {
  readonly back: number;
  readonly hour?: number;
  readonly text: string;
}[] = [
  { back: happened.sowingLetters[0], text: 'Newsletter: sowing time' },
  { back: happened.redesign, text: 'New design' },
  { back: happened.launch, text: 'Launch of the seed box; front page of Hacker News' },
  { back: happened.sowingLetters[1], text: 'Newsletter: sowing time, again' },
  { back: happened.boxLetter, text: 'Newsletter: the seed box' },
  {
    back: happened.outage,
    hour: outage[0].fromHour,
    text: 'Server down for four hours; then the shop was not found until eight',
  },
];
