import { plural } from './language.ts';

/** Shared links: made, shown, opened. */
export const shareTexts = {
  title: 'Share this view',
  whoSees: (site: string) =>
    `Who has the link sees this report of ${site}, with its dates, and can change the dates. ` +
    'There are no single hits, settings or other sites behind it.',
  isOpen: 'Anyone may read all of this site without a link: a password keeps nobody out.',
  changeThat: 'Change that',
  filtersStay: 'Its filters stay: only what fits them can be seen, and rates of all visitors',
  firstName: (when: string) => `View of ${when}`,
  name: 'Name',
  details: 'Password, end, and where it may stand',
  make: 'Make the link',
  save: 'Save',
};

export const linkFieldTexts = {
  anotherPassword: 'Another password',
  password: 'Password, if it is to have one',
  withoutPassword: 'Without a password',
  expires: 'Last day on which it works',
  hideBelow: 'Hide rows of fewer visitors than',
  embedOn: 'Sites whose pages may embed it, one a line',
  embedExample: 'https://blog.example',
  theme: 'Light or dark',
  bySystem: 'As the system of who looks at it',
  light: 'Light',
  dark: 'Dark',
  parts:
    'Parts that are drawn; all, if none is chosen. This hides nothing: ' +
    'who has the link can still ask for the others.',
  badgeOnly: 'Only its badge and counter, for a page that everybody reads',
};

export const linkMadeTexts = {
  made: (name: string) =>
    `“${name}” is made. Copy its address now: it is kept nowhere, so it is not shown again.`,
  inPage: 'In a page',
  badge: 'Badge',
  counter: 'Counter',
  /** What is copied. */
  address: 'the address',
  frame: 'the frame',
  ofBadge: 'the badge',
  ofCounter: 'the counter',
  visitorsOf: (site: string) => `Visitors of ${site}`,
};

/** A link in the list. */
export const linkTexts = {
  badgeOnly: 'badge only',
  filters: (count: number) => `${count} ${plural(count, { one: 'filter', other: 'filters' })}`,
  password: 'password',
  hidesBelow: (count: string) => `hides below ${count}`,
  embeddedOn: (hosts: string) => `embedded on ${hosts}`,
  until: (day: string) => `until ${day}`,
  ended: (day: string) => `ended ${day}`,
};

/** A link that has a password. */
export const lockedTexts = {
  title: 'This link has a password',
  password: 'Password',
  open: 'Open',
  wrong: 'This is not its password.',
  tooMany: 'Too many wrong passwords. Try again in a quarter of an hour.',
};
