import { plural } from './language.ts';

const visitors = (count: number, shown: string) =>
  `${shown} ${plural(count, { one: 'visitor', other: 'visitors' })}`;

/** What happens on a site now. */
export const liveTexts = {
  title: (site: string) => `${site}, live`,
  looking: 'Looking …',
  lost: 'Daybook cannot be reached. It is tried again.',
  lostLater: 'Daybook cannot be reached. What is shown is from before; it is tried again.',
  zone: (zone: string) => `Times are those of ${zone}.`,
  today: 'Today’s report',
  now: 'Now',
  inFiveMinutes: (count: number) =>
    `${plural(count, { one: 'visitor', other: 'visitors' })} in the last 5 minutes`,
  pages: 'Pages',
  sources: 'Sources',
  countries: 'Countries',
  what: 'Visitors, 30 minutes',
  nobody: 'Nobody in the last 30 minutes.',
  byMinute: (most: string) => `Visitors by minute, up to ${most}`,
  /** `14:05: 3 visitors, 1 pageview so far`; the counts with how they are written. */
  minute: (time: string, people: string, views: string, isOver: boolean) =>
    `${time}: ${people}, ${views}${isOver ? '' : ' so far'}`,
  visitors,
  pageviews: (count: number, shown: string) =>
    `${shown} ${plural(count, { one: 'pageview', other: 'pageviews' })}`,
  end: 'now',
  newest: 'Newest hits',
  noHits: 'None in the last 30 minutes. New ones will be here by themselves.',
  heads: ['Time', 'Page', 'Source', 'Country', 'Browser'],
};
