import type { LoggedReason } from '../../../src/collect/drop-log.ts';
import type { Pieces } from '../pieces.ts';

/** How to send hits. */
export const setupTexts = {
  title: (site: string) => `How to send hits to ${site}`,
  onlyHere: (url: string) => `Only this machine reaches ${url}.`,
  publicUrl: <T>(site: string, option: T): Pieces<T> => [
    ...[`Visitors of ${site} cannot send hits there. Start Daybook with `, option],
    ', or open this page at its public address. The lines below then name it.',
  ],
  waiting: 'Waiting for the first hit …',
  got: 'Got it.',
  stored: (site: string) => `The first hit of ${site} is stored.`,
  see: 'See the report',
  notCounted: (reason: string) => `One came and was not counted: ${reason.toLowerCase()}.`,
  named: <T>(site: T): Pieces<T> => ['It named ', site, '.'],
  everyPage: 'On every page',
  everyPageHow:
    'In the head of your pages. It counts page views, also within single-page apps. For these ' +
    'alone, daybook.small.v1.js in its place has half the bytes.',
  django: 'With Django',
  djangoHow: 'In settings.py, with daybook_django from clients/django installed:',
  djangoTemplate: 'and in the base template, before </head>:',
  tryIt: 'To try it at once',
  tryItHow: 'One page view from your terminal, as a browser would send it:',
};

/** Hits that were not counted. */
export const whyTexts = {
  title: 'Why not counted?',
  words:
    'A hit that Daybook can read is stored, or dropped for a reason. These are the last ones ' +
    'dropped; they are kept in memory only, without address or user agent. A request it cannot ' +
    'read is refused with 400: it is in none of these lists, and the answer to it says what was ' +
    'wrong.',
  none: (site: string) => `No hit of ${site} was dropped since Daybook started.`,
  unknownSites: 'For sites Daybook does not know',
  books: 'The books of the last days',
  day: 'Day',
  received: 'Received',
  stored: 'Stored',
  dropped: 'Dropped',
  droppedFor: (count: string, reason: string) => `${count} (${reason.toLowerCase()})`,
};

/** Why a hit was not counted, in plain words, and what to do about it. */
export const dropTexts: Readonly<Record<LoggedReason, { title: string; words: string }>> = {
  invalid: {
    title: 'Not readable',
    words: 'The request was not in a form Daybook knows. The answer to it says what was expected.',
  },
  'unknown-site': {
    title: 'Unknown site',
    words:
      'The hit named a site that is not in Daybook. ' +
      'Check data-domain in the snippet, or add the site.',
  },
  bot: {
    title: 'Bot',
    words:
      'The user agent is that of a crawler, a monitor, a script or a browser without a window.',
  },
  identify: {
    title: 'Who a visitor is',
    words: 'Umami’s clients send who a visitor is to your site. Daybook does not keep it.',
  },
  performance: {
    title: 'How fast a page was',
    words: 'Umami’s clients send how long a page took to load. Daybook does not keep it.',
  },
  'opted-out': {
    title: 'Asked not to be counted',
    words: 'The browser sent Do Not Track or Global Privacy Control, and this site honours that.',
  },
  'excluded-ip': {
    title: 'Excluded address',
    words: 'It came from an address in this site’s list of excluded addresses; your own, perhaps.',
  },
  'excluded-page': {
    title: 'Excluded page',
    words: 'The page is in this site’s list of excluded pages.',
  },
  hostname: {
    title: 'Other host name',
    words: 'The page is on a host whose hits this site’s settings do not take.',
  },
  'excluded-country': {
    title: 'Excluded country',
    words: 'It came from a country in this site’s list of excluded countries.',
  },
  'excluded-network': {
    title: 'Excluded network',
    words: 'It came from a network in this site’s list, such as one of data centres.',
  },
  'spam-referrer': {
    title: 'Spam',
    words: 'The referrer is known for made-up visits.',
  },
  'too-late': {
    title: 'Too late',
    words: 'It told of time spent on a page whose day had ended and is no longer changed.',
  },
  'invalid-revenue': {
    title: 'Revenue left out',
    words:
      'The hit was counted without its revenue: a currency of three letters and a plain decimal ' +
      'amount were expected.',
  },
  'too-old': {
    title: 'Too old',
    words: 'It is of a day that this site’s settings keep no longer.',
  },
};
