import { showWeekdays } from '../model/dates.ts';
import type { Action } from '../model/rights.ts';
import { presentZones } from '../model/zones.ts';
import { intl, settingsTexts } from '../texts/texts.ts';

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

/** The currencies that this browser knows. */
const currencies = (): Choice[] => {
  const names = new Intl.DisplayNames(intl.names, { type: 'currency' });
  return Intl.supportedValuesOf('currency').map((code) => [
    code,
    settingsTexts.currency(code, names.of(code)),
  ]);
};

export type Section = {
  readonly name: string;
  readonly title: string;
  readonly words: string;
  /** What who sees it may do at least. */
  readonly needs: Action;
  readonly fields?: (zone: string) => readonly SettingField[];
};

type Kind = SettingField extends infer Each
  ? Each extends SettingField
    ? Omit<Each, 'name' | 'label' | 'help'>
    : never
  : never;

function field(name: keyof typeof settingsTexts.fields, kind: Kind): SettingField {
  const [label, help] = settingsTexts.fields[name];
  return { name, label, help, ...kind };
}

const section = (
  name: keyof typeof settingsTexts.sections,
  needs: Action,
  fields?: Section['fields'],
): Section => ({ name, needs, ...settingsTexts.sections[name], ...(fields && { fields }) });

const forever = { kind: 'number-or', otherwise: 'forever', words: settingsTexts.forever } as const;

/** The sections of the settings, in their order; those without fields have a page of their own. */
export const sections: readonly Section[] = [
  section('general', 'changeSettings', (zone) => [
    field('domain', { kind: 'text' }),
    field('aliases', { kind: 'lines' }),
    field('timezone', {
      kind: 'choice',
      choices: presentZones(zone).map((name): Choice => [name, name]),
    }),
    field('week_starts', {
      kind: 'choice',
      choices: showWeekdays('long').map((label, i): Choice => [days[i]!, label]),
    }),
    field('currency', {
      kind: 'choice',
      choices: [['none', settingsTexts.ofEachGoal], ...currencies()],
    }),
  ]),
  section('tracker', 'readRows'),
  section('goals', 'changeGoals'),
  section('counted', 'changeSettings', () => [
    field('hostnames', {
      kind: 'words-or-lines',
      words: [
        ['any', settingsTexts.anyHost],
        ['own', settingsTexts.ownHosts],
      ],
    }),
    field('excluded_addresses', { kind: 'lines' }),
    field('excluded_pages', { kind: 'lines' }),
    field('excluded_countries', { kind: 'lines' }),
    field('excluded_networks', { kind: 'lines' }),
    field('robots', {
      kind: 'choice',
      choices: [
        ['drop', settingsTexts.dropRobots],
        ['keep', settingsTexts.keepRobots],
      ],
    }),
    field('respect_gpc', { kind: 'flag' }),
  ]),
  section('pages', 'changeSettings', () => [
    field('kept_query_parameters', { kind: 'lines' }),
    field('page_groups', { kind: 'lines' }),
  ]),
  section('kept', 'changeSettings', () => [
    field('keep_hits_days', forever),
    field('keep_roll_ups_days', forever),
  ]),
  section('share', 'share', () => [
    field('public', { kind: 'flag' }),
    field('open', { kind: 'flag' }),
  ]),
  section('privacy', 'changeSettings', () => [field('privacy_page', { kind: 'flag' })]),
  section('segments', 'keepOwnSegments'),
  section('annotations', 'annotate'),
  section('notifications', 'askForReports'),
  section('export', 'readRows'),
  section('erase', 'erase'),
];
