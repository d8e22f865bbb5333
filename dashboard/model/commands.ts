import { panelsOf } from '../panels/panels.ts';
import type { View } from './address.ts';
import { type Dimension, dimensionNames, dimensionOf, ofCities } from './dimensions.ts';
import { everySite, siteName } from './every-site.ts';
import { compareMenu, rangeMenu } from './ranges.ts';

/** What can be done from the palette: a change of the view, or something else by its name. */
export type Command = {
  readonly words: string;
  readonly kind: 'Site' | 'Time' | 'Compare' | 'Filter' | 'List' | 'Page' | 'Look';
  readonly to?: Partial<View>;
  readonly act?: CommandAct;
};

export type CommandAct =
  | { readonly name: 'filter'; readonly dimension: Dimension }
  | { readonly name: 'theme'; readonly theme: 'light' | 'dark' | undefined }
  | { readonly name: 'share' }
  | { readonly name: 'sign-out' };

type Given = {
  readonly sites: readonly string[];
  readonly isOwner: boolean;
  readonly hasCities: boolean;
};

/** Every command of a view, in the order in which they are offered. */
export function commandsOf(view: View, given: Given): readonly Command[] {
  return [
    ...[...given.sites, ...(given.sites.length > 1 ? [everySite] : [])].map((site) =>
      going('Site', siteName(site), { page: 'report', site, filters: [], open: undefined }),
    ),
    ...(view.page === 'report' ? onReport(view, given) : []),
    ...(given.isOwner ? ofOwner(view) : []),
    doing('Look', 'Light', { name: 'theme', theme: 'light' }),
    doing('Look', 'Dark', { name: 'theme', theme: 'dark' }),
    doing('Look', 'As the system', { name: 'theme', theme: undefined }),
  ];
}

const going = (kind: Command['kind'], words: string, to: Partial<View>): Command => ({
  ...{ kind, words, to },
});

const doing = (kind: Command['kind'], words: string, act: CommandAct): Command => ({
  ...{ kind, words, act },
});

function onReport({ site }: View, { hasCities }: Given): readonly Command[] {
  const isOfSite = site !== everySite;
  const isFilled = (name: Dimension) => hasCities || !ofCities.includes(name);
  const tabs = panelsOf(site).flatMap((panel) =>
    panel.tabs.filter((tab) => isFilled(tab.dimension)),
  );
  return [
    ...rangeMenu.map(({ name, label }) => going('Time', label, { range: name })),
    ...(isOfSite
      ? compareMenu.map(({ name, label }) => going('Compare', label, { compare: name }))
      : []),
    ...dimensionNames
      .filter((name) => isFilled(name) && (isOfSite || name !== 'goal'))
      .map((dimension) =>
        doing('Filter', dimensionOf(dimension).label, { name: 'filter', dimension }),
      ),
    ...tabs.map(({ key, plural }) =>
      going('List', `All ${plural}`, { open: { name: 'list', tab: key } }),
    ),
    going('List', 'Numbers over time', { open: { name: 'table' } }),
    going('Page', 'Download this view', { open: { name: 'download' } }),
  ];
}

function ofOwner({ site, page }: View): readonly Command[] {
  const ofSite = [
    ...(page === 'report' ? [doing('Page', 'Share this view', { name: 'share' })] : []),
    going('Page', 'Live: what happens now', { page: 'live', open: undefined }),
    going('Page', 'Visits, one by one', { page: 'report', open: { name: 'visits' } }),
    going('Page', 'How to send hits', { page: 'setup' }),
    going('Page', 'Settings', { page: 'settings', section: undefined }),
    going('Page', 'Why hits are not counted', { page: 'report', open: { name: 'why' } }),
  ];
  return [
    going('Page', 'All sites', { page: 'sites', site: undefined }),
    going('Page', 'Add a site', { page: 'add', site: undefined }),
    ...(site === undefined || site === everySite ? [] : ofSite),
    doing('Page', 'Sign out', { name: 'sign-out' }),
  ];
}

/** Those in which every typed word is; those that begin with the first stand first. */
export function matching(commands: readonly Command[], typed: string): readonly Command[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const textOf = ({ kind, words: text }: Command) => `${kind} ${text}`.toLowerCase();
  const fits = commands.filter((one) => words.every((word) => textOf(one).includes(word)));
  const begins = ({ words: text }: Command) => text.toLowerCase().startsWith(words[0] ?? '');
  return [...fits.filter(begins), ...fits.filter((one) => !begins(one))];
}
