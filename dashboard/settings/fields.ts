import { presentZones } from '../model/zones.ts';

/** A setting as it is edited. Its name is the API's. */
export type SettingField = {
  readonly name: string;
  readonly label: string;
  readonly help: string;
} & (
  | { readonly kind: 'text' | 'flag' | 'lines' }
  /** A number, or the word where nothing is said. */
  | { readonly kind: 'number-or'; readonly otherwise: string; readonly words: string }
  /** One of these, or lines of one's own. */
  | { readonly kind: 'words-or-lines'; readonly words: readonly Choice[] }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
);

export type Choice = readonly [value: string, label: string];

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

const named = (word: string): Choice => [word, `${word[0]!.toUpperCase()}${word.slice(1)}`];

/** The currencies that this browser knows. */
const currencies = (): Choice[] => {
  const names = new Intl.DisplayNames(['en'], { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => [code, `${code}: ${names.of(code)}`]);
};

export type Section = {
  readonly name: string;
  readonly title: string;
  readonly words: string;
  readonly fields?: (zone: string) => readonly SettingField[];
};

/** The sections of the settings, in their order; those without fields have a page of their own. */
export const sections: readonly Section[] = [
  {
    name: 'general',
    title: 'General',
    words: 'What the site is, and how its days and money are shown.',
    fields: (zone) => [
      {
        ...{ name: 'domain', label: 'Domain', kind: 'text' },
        help: 'As visitors type it. Pages that still name the old one are counted for 72 hours.',
      },
      {
        ...{ name: 'aliases', label: 'Other names', kind: 'lines' },
        help:
          'One a line, as the pages of another product have it: an Umami website’s id, ' +
          'Plausible’s pa-…, a GoatCounter code.',
      },
      {
        ...{ name: 'timezone', label: 'Time zone', kind: 'choice' },
        help: 'Its days begin at midnight there. A change starts with the next day.',
        choices: presentZones(zone).map((name): Choice => [name, name]),
      },
      {
        ...{ name: 'week_starts', label: 'Weeks start on', kind: 'choice' },
        help: '',
        choices: days.map(named),
      },
      {
        ...{ name: 'currency', label: 'Currency', kind: 'choice' },
        help: 'What revenue is shown in where goals have several. Nothing is converted.',
        choices: [['none', 'That of each goal'], ...currencies()],
      },
    ],
  },
  { name: 'goals', title: 'Goals', words: 'What visitors are meant to do.' },
  {
    name: 'counted',
    title: 'What is counted',
    words: 'Hits that are left out are not stored. “Why not counted?” says which and why.',
    fields: () => [
      {
        ...{ name: 'hostnames', label: 'Host names', kind: 'words-or-lines' },
        help: 'Hits of pages on other host names are left out.',
        words: [
          ['any', 'Any'],
          ['own', 'The site’s own, and its subdomains'],
        ],
      },
      {
        ...{ name: 'excluded_addresses', label: 'Addresses to leave out', kind: 'lines' },
        help: 'One a line: 192.0.2.7, or a range such as 2001:db8::/32. Your office, for instance.',
      },
      {
        ...{ name: 'excluded_pages', label: 'Pages to leave out', kind: 'lines' },
        help: 'One a line: /admin/** is all below /admin; * is anything between two slashes.',
      },
      {
        ...{ name: 'excluded_countries', label: 'Countries to leave out', kind: 'lines' },
        help: 'One code a line, such as DE.',
      },
      {
        ...{ name: 'respect_gpc', label: 'Leave out who asks not to be counted', kind: 'flag' },
        help: 'Browsers that send Global Privacy Control or Do Not Track.',
      },
    ],
  },
  {
    name: 'pages',
    title: 'Pages',
    words: 'What is one page, and what are two.',
    fields: () => [
      {
        ...{ name: 'kept_query_parameters', label: 'Parameters that belong to a page' },
        ...{ kind: 'lines' },
        help: 'One name a line. With id here, /item?id=1 and /item?id=2 are two pages.',
      },
      {
        ...{ name: 'page_groups', label: 'Groups of pages', kind: 'lines' },
        help: 'One pattern a line: /blog/** is one row in “Groups”, also for earlier days.',
      },
    ],
  },
  {
    name: 'kept',
    title: 'How long',
    words: 'What is older is removed each day. It can be taken back for 24 hours.',
    fields: () => [
      {
        ...{ name: 'keep_hits_days', label: 'Days that hits are kept', kind: 'number-or' },
        help: 'Afterwards there are reports by one dimension, and no single hit.',
        ...{ otherwise: 'forever', words: 'for ever' },
      },
      {
        ...{ name: 'keep_roll_ups_days', label: 'Days that sums are kept', kind: 'number-or' },
        help: 'Afterwards nothing is left of the day.',
        ...{ otherwise: 'forever', words: 'for ever' },
      },
    ],
  },
  {
    name: 'share',
    title: 'Share',
    words: 'Who sees its reports without the owner key. Nobody of them changes anything.',
    fields: () => [
      {
        ...{ name: 'public', label: 'Anyone may see its reports', kind: 'flag' },
        help: 'At the address of its report. Single hits stay yours.',
      },
      {
        ...{ name: 'open', label: 'Anyone may read all of it', kind: 'flag' },
        help: 'Its reports, segments and annotations, and every hit as it came.',
      },
    ],
  },
  { name: 'segments', title: 'Segments', words: 'Filters that were kept under a name.' },
  {
    name: 'annotations',
    title: 'Annotations',
    words: 'What happened on a day: it stands below the chart.',
  },
  {
    name: 'export',
    title: 'Export',
    words: 'Everything that is stored of each hit. It is yours.',
  },
  {
    name: 'erase',
    title: 'Erase and remove',
    words: 'What is erased is in no report from then on, and destroyed 24 hours later.',
  },
];
