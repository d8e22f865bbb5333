import type { Pieces } from '../pieces.ts';
import { plural } from './language.ts';

/** Sections of the settings that list what is kept with a site, and what can be done with it. */
export const keptTexts = {
  remove: 'Remove',
  act: (action: string, what: string) => `${action} ${what}`,
};

export const goalTexts = {
  empty: 'There is no goal yet. Reports of earlier days count it too, once it is there.',
  view: (page: string | null) => `view of ${page}`,
  event: (name: string) => `event ${name}`,
  eventWithRevenue: (name: string, currency: string) => `event ${name}, revenue in ${currency}`,
  add: 'Add a goal',
  kind: 'Kind',
  isEvent: 'An event is sent',
  isPage: 'A page is viewed',
  eventName: 'Name of the event',
  eventExample: 'Signup',
  page: 'Page',
  pageExample: '/thank-you, /blog/**',
  currency: 'Currency of its revenue, if it has any',
  currencyExample: 'EUR',
  name: 'What it is called, if otherwise',
  submit: 'Add the goal',
};

export const segmentSettingTexts = {
  empty: 'There is no segment yet. Filter a report, then choose “Keep these filters”.',
  filters: (count: number, own: boolean) =>
    `${count} ${plural(count, { one: 'filter', other: 'filters' })}${own ? ', for you alone' : ''}`,
};

export const annotationTexts = {
  empty: 'There is none yet.',
  add: 'Add an annotation',
  day: 'Day',
  what: 'What happened',
  example: 'Front page of Hacker News',
  submit: 'Add the annotation',
};

export const shareSettingTexts = {
  links: 'Links',
  empty: 'There is no link yet. “Share” in a report makes one to exactly what it shows.',
  change: 'Change',
  changeOf: (name: string) => `Change ${name}`,
  end: 'End',
  whole: 'A link to the whole report',
};

export const exportTexts = {
  save: 'Save',
  csv: 'for spreadsheets',
  parquet: 'for DuckDB, pandas and the like',
  ndjson: 'a JSON object a line, for programs',
  onServer: <T>(exporting: T, importing: T): Pieces<T> => [
    ...['On the server, ', exporting, ' writes Parquet, a file a day. With '],
    ...[importing, ' they come back, here or elsewhere.'],
  ],
};

export const ownVisitTexts = {
  title: 'Your own visits',
  words: <T>(ignore: T, count: T): Pieces<T> => [
    ...['Open ', ignore, ' in each browser of yours: from then on it sends nothing from this '],
    ...['site. ', count, ' takes that back.'],
  ],
};

export const eraseTexts = {
  title: 'Erase hits',
  page: 'Page',
  pageExample: '/private/**',
  host: 'Host name',
  hostExample: 'staging.example.com',
  from: 'From',
  to: 'To',
  sayWhich: 'Say which hits: a page, a host name, or days.',
  look: 'What would go?',
  erase: 'Erase',
  wouldGo: (hits: string, visitors: string) => `${hits} hits of ${visitors} visitors would go.`,
  noAnswer: 'No answer.',
  canBeTakenBack: 'Can be taken back',
  destroyed: (when: string) => `destroyed ${when}`,
  takeBack: 'Take back',
  remove: 'Remove the site',
  allOfIt: 'All of it: hits, reports, goals. It can be taken back for 24 hours.',
  typeIt: (site: string) => `Type ${site} to remove it`,
};
