import { plural } from './language.ts';

/** A report: what stands above and below its panels. */
export const reportTexts = {
  fromBefore: 'What is shown is from before.',
  zone: (zone: string) => `Days are those of ${zone}.`,
  zones: 'Days are those of each site. Who visits two sites counts twice.',
  visits: 'Visits',
  why: 'Why not counted?',
  robots: 'Robots',
  download: 'Download',
  hidden: (below: number) => `Numbers of fewer than ${below} visitors are hidden.`,
  numbers: 'Numbers',
  chart: 'Chart',
  hoursPart: 'Hours',
  chooseNumbers: 'Choose the numbers',
  /** Behind its value. */
  chosenNumber: (metric: string) => metric.toLowerCase(),
  hours: 'Hours of the week',
  hourOf: (weekday: string, hour: number, value: string) => `${weekday} ${hour}:00: ${value}`,
};

/** The time that a report is of, and what it is compared with. */
export const timeTexts = {
  menu: (label: string | undefined, days: string) => `Time: ${label ?? 'chosen days'}, ${days}`,
  show: 'Show this range',
  from: 'From',
  to: 'To',
  fromTime: 'From, time',
  toTime: 'To, time',
  earlier: 'Earlier',
  later: 'Later',
  withKey: (what: string, key: string) => `${what} (${key})`,
  chosenDays: 'chosen days',
  compare: (said: string) => `Compare: against ${said}`,
  against: 'against',
  compareWith: 'Compare with these days',
};

export const chartTexts = {
  over: (metric: string) => `${metric} over time`,
  keys: (metric: string) => `${metric}: arrow keys go from bucket to bucket, Enter goes into one`,
  noneChosen: 'none chosen',
  nothing: 'nothing',
  bucket: (time: string, value: string) => `${time}: ${value}`,
  soFar: 'so far',
  note: 'Note',
  down: (from: string, to: string) => `No server ran from ${from} to ${to}`,
  short: (day: string, count: number) =>
    `${day}: ${count} ${plural(count, { one: 'hit is', other: 'hits are' })} missing`,
  noteOf: (day: string, text: string) => `${day}: ${text}`,
  moreNotes: (count: number) =>
    `and ${count} more ${plural(count, { one: 'note', other: 'notes' })}`,
  notOver: 'not over yet',
  noneOf: (count: number) => `Nothing of ${count} visitors or more in this time.`,
  noVisits: 'No visits in this time.',
  noVisitsFiltered: 'No visits in this time with these filters.',
  table: 'Table',
  bars: 'Bars',
  tableTitle: 'Numbers over time',
  time: 'Time',
};

/** Names of files that are saved. */
export const fileTexts = {
  everySite: 'all sites',
  allTime: 'all time',
  days: (from: string, to: string) => `${from} to ${to}`,
  by: (interval: string) => `by ${interval}`,
};

/** What tables and lists have in common. */
export const listTexts = {
  all: (plural: string) => `All ${plural}`,
  search: 'Search',
  searchOf: (plural: string) => `Search ${plural}`,
  before: 'Before',
  change: 'Change',
  save: 'Save as CSV',
  nothing: 'Nothing found.',
  first: (count: string) => `These are the first ${count}.`,
};
