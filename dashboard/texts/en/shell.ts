import { plural } from './language.ts';

const visitors = (count: number | undefined) =>
  plural(count ?? 0, { one: 'visitor', other: 'visitors' });

/** What stands around every page, and what may go wrong there. */
export const shellTexts = {
  name: 'Daybook',
  titleOf: (site: string) => `${site} · Daybook`,
  needsScript: 'This page needs JavaScript.',
  linkEnded: 'This link does not exist, or has ended',
  askForAnother: 'Ask who gave it to you for another.',
  tryAgain: 'Try again',
  notLoaded: 'This part could not be loaded. Reload the page.',
  unreachable: 'Daybook could not be reached.',
  answered: (status: number) => `Daybook answered ${status}.`,
  noAnswer: 'No answer.',
  noAnswerToThis: 'There was no answer to this.',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  copyOf: (what: string, isDone: boolean) => `${isDone ? 'Copied' : 'Copy'}: ${what}`,
  report: 'Report',
  share: 'Share',
  shareThis: 'Share this view',
  more: 'More',
  moreOfView: 'More of this view',
  siteMenu: (site: string) => `Site: ${site}`,
  searchSites: 'Search sites',
  allSites: 'All sites',
  addSite: 'Add a site',
  live: 'Live',
  setup: 'How to send hits',
  settings: 'Settings',
  people: 'People',
  keys: 'Keys',
  audit: 'What was done',
  account: 'Account',
  signIn: 'Sign in',
  signOut: 'Sign out',
  now: (count: string) => `${count} now`,
  nowMeans: 'Visitors in the last 5 minutes',
  nowMeansToo: ': visitors in the last 5 minutes',
  noSite: (site: string) => `There is no site ${site}`,
  whyNoSite: 'It was not added yet, goes by another name, or was removed.',
  addIt: 'Add it',
  notYours: 'This is not for your role',
  askAnAdmin: 'Ask an admin of this Daybook for a greater one.',
};

/** The list of all sites. */
export const siteListTexts = {
  title: 'Sites',
  none: 'There is no site yet. Add the first one, and its visitors will be counted here.',
  noneOfYours: 'There is no site that you may see. Ask who invited you.',
  more: (count: string) => `${count} more: type a part of the name.`,
  inWeek: (count: number | undefined) => `${visitors(count)} in 7 days`,
  twice: 'Who visits two sites counts twice.',
};

/** The form for a new site. */
export const addSiteTexts = {
  first: 'Which site shall be counted?',
  isRunning: 'Daybook is running and has no site yet. This takes a minute.',
  domain: 'Domain',
  example: 'example.com',
  domainHelp: 'As visitors type it. A port or a path may follow: localhost:8000, example.com/blog.',
  zone: 'Time zone',
  zoneHelp: 'Its days begin at midnight there.',
  add: (site: string) => `Add ${site === '' ? 'the site' : site}`,
};

/** The palette: its own words; those of commands are in `commandTexts`. */
export const paletteTexts = {
  title: 'Go to',
  what: 'What to do',
  example: 'A site, a time, a filter, a list, a page',
  commands: 'What can be done',
  nothing: 'Nothing of that name.',
};

export const commandTexts = {
  kinds: {
    site: 'Site',
    time: 'Time',
    compare: 'Compare',
    filter: 'Filter',
    list: 'List',
    page: 'Page',
    look: 'Look',
  },
  light: 'Light',
  dark: 'Dark',
  bySystem: 'As the system',
  download: 'Download this view',
  share: 'Share this view',
  live: 'Live: what happens now',
  visits: 'Visits, one by one',
  why: 'Why hits are not counted',
  robots: 'Robots: what they read',
};

export const keyTexts = {
  title: 'Keys',
  filter: 'Filter',
  palette: 'Go to a site, a time, a filter, a list, a page',
  step: 'The time before, the time after',
  custom: 'Days of your choice',
  inChart: 'In the chart: from one time to the next',
  intoTime: 'In the chart: into the time pointed at',
  inMenu: 'In a menu: up and down',
  close: 'Close what is open',
  thisList: 'This list',
};
