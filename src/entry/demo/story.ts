import type { Chance, Weighted } from './chance.ts';

/** What an invented site is like, and what happened there: for `visits.ts` to make visits of. */
export type Story = {
  readonly domain: string;
  /** How it was so many days before the present one. */
  day(back: number): StoryDay;
  titleOf(page: string): string;
  /** What visitors do on a page beside looking: at most one of these a view. */
  doingsOn(page: string): readonly Doing[];
  /** Where somebody goes who came to buy, after some views. Absent where nothing is sold. */
  buying?(chance: Chance, origin: Origin): readonly View[];
};

export type StoryDay = {
  /** As many visits as on an ordinary day of that weekday. */
  readonly busy: number;
  readonly origins: Weighted<Origin>;
  /** Countries and the language of most of their visitors. */
  readonly countries: Weighted<readonly [country: string, language: string]>;
  /** Where a visit begins, and where it goes on. */
  readonly entryPages: Weighted<string>;
  readonly nextPages: Weighted<string>;
  readonly troubles?: readonly Trouble[];
};

/** What brought a visit, and what such visits are like. */
export type Origin = {
  /** As a browser says it. */
  readonly referrer?: string;
  /** Of the link. */
  readonly query?: string;
  /** Where the link leads; absent: anywhere. */
  readonly lands?: Weighted<string>;
  /** The share of visits with one view, and of those that buy; absent: as others. */
  readonly bounces?: number;
  readonly buys?: number;
  /** What its visitors buy; absent: anything. */
  readonly wants?: string;
};

export type Event = {
  readonly name: string;
  readonly props?: Readonly<Record<string, string>>;
  readonly revenue?: { readonly currency: string; readonly amount: number };
};

export type Doing = Event & { readonly share: number };

/** A view that somebody is sure to come to, and what is done there. */
export type View = { readonly page: string; readonly event?: Event };

/** Some hours of the day in which pages were not served, or some were not found. */
export type Trouble = {
  readonly fromHour: number;
  readonly toHour: number;
  readonly kind: 'down' | 'missing';
};

/** How busy each hour of the day is, from midnight on. */
export const hours: Weighted<number> = [
  12, 7, 5, 4, 4, 7, 15, 28, 42, 52, 58, 60, 57, 58, 60, 58, 54, 52, 56, 64, 68, 60, 42, 24,
].map((weight, hour) => [hour, weight] as const);

/** How busy each day of the week is, from Sunday on: people garden, and read of it, at weekends. */
export const weekdays = [1.25, 0.95, 0.9, 0.88, 0.92, 0.98, 1.3];
