import type { Pieces } from '../pieces.ts';
import { plural } from './language.ts';

const hits = (count: number, shown: string) =>
  `${shown} ${plural(count, { one: 'hit', other: 'hits' })}`;

/** What a site says to its visitors, and the answer to one who asks for their hits. */
export const privacyTexts = {
  page: 'The page for your visitors',
  pageWords: <T>(page: T): Pieces<T> => [
    ...['It is written from these settings, and always true to them: ', page, '. For a privacy '],
    'policy of your own, it is also here as:',
  ],
  markdown: 'Markdown',
  html: 'HTML',
  text: 'Text',
  optedOut: (count: number, shown: string) =>
    `${hits(count, shown)} of browsers that send Global Privacy Control or Do Not Track ` +
    `${plural(count, { one: 'was', other: 'were' })} left out in the last 7 days.`,
  request: 'Somebody asks for their hits',
  requestWords:
    'By the address and the user agent of their browser, which Daybook neither keeps nor logs. ' +
    '48 hours after a day, its salt is destroyed: from then on nobody can tell whose its hits are.',
  address: 'Address',
  addressExample: '192.0.2.7',
  userAgent: 'User agent',
  userAgentExample: 'Mozilla/5.0 …',
  find: 'Find their hits',
  noSalt: 'There is no salt of this site any more: nobody can tell whose its hits are.',
  found: (count: number, shown: string, days: string) =>
    `${count === 0 ? 'No hits' : hits(count, shown)}. Looked through ${days}; of other days ` +
    'nobody can tell any more.',
  sameVisitor: 'Others who share this address and use the same browser are the same visitor.',
  hits: 'Their hits',
  time: 'Time',
  pageHead: 'Page',
  what: 'What',
  more: (count: string) => `and ${count} more, in the files`,
  erase: 'Erase exactly these',
  erased: (when: string) =>
    `They are in no report any more, and are destroyed ${when}. Until then “Erase and remove” ` +
    'takes them back.',
};
