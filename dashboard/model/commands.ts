import { panelsOf } from '../panels/panels.ts';
import {
  chartTexts,
  commandTexts,
  compareTexts,
  listTexts,
  rangeTexts,
  shellTexts,
} from '../texts/texts.ts';
import type { View } from './address.ts';
import { type Dimension, dimensionNames, dimensionOf, ofCities } from './dimensions.ts';
import { everySite, siteName } from './every-site.ts';
import { compareNames, rangeMenu } from './ranges.ts';

const { kinds } = commandTexts;

/** What can be done from the palette: a change of the view, or something else by its name. */
export type Command = {
  readonly words: string;
  readonly kind: string;
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
      going(kinds.site, siteName(site), { page: 'report', site, filters: [], open: undefined }),
    ),
    ...(view.page === 'report' ? onReport(view, given) : []),
    ...(given.isOwner ? ofOwner(view) : []),
    doing(kinds.look, commandTexts.light, { name: 'theme', theme: 'light' }),
    doing(kinds.look, commandTexts.dark, { name: 'theme', theme: 'dark' }),
    doing(kinds.look, commandTexts.bySystem, { name: 'theme', theme: undefined }),
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
    ...rangeMenu.map(({ name }) => going(kinds.time, rangeTexts[name], { range: name })),
    ...(isOfSite
      ? compareNames.map((name) => going(kinds.compare, compareTexts[name], { compare: name }))
      : []),
    ...dimensionNames
      .filter((name) => isFilled(name) && (isOfSite || name !== 'goal'))
      .map((dimension) =>
        doing(kinds.filter, dimensionOf(dimension).label, { name: 'filter', dimension }),
      ),
    ...tabs.map(({ key, plural }) =>
      going(kinds.list, listTexts.all(plural), { open: { name: 'list', tab: key } }),
    ),
    going(kinds.list, chartTexts.tableTitle, { open: { name: 'table' } }),
    going(kinds.page, commandTexts.download, { open: { name: 'download' } }),
  ];
}

function ofOwner({ site, page }: View): readonly Command[] {
  const ofSite = [
    ...(page === 'report' ? [doing(kinds.page, commandTexts.share, { name: 'share' })] : []),
    going(kinds.page, commandTexts.live, { page: 'live', open: undefined }),
    going(kinds.page, commandTexts.visits, { page: 'report', open: { name: 'visits' } }),
    going(kinds.page, shellTexts.setup, { page: 'setup' }),
    going(kinds.page, shellTexts.settings, { page: 'settings', section: undefined }),
    going(kinds.page, commandTexts.robots, { page: 'report', open: { name: 'robots' } }),
    going(kinds.page, commandTexts.why, { page: 'report', open: { name: 'why' } }),
  ];
  return [
    going(kinds.page, shellTexts.allSites, { page: 'sites', site: undefined }),
    going(kinds.page, shellTexts.addSite, { page: 'add', site: undefined }),
    ...(site === undefined || site === everySite ? [] : ofSite),
    doing(kinds.page, shellTexts.signOut, { name: 'sign-out' }),
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
