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
import type { Action } from './rights.ts';

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
  /** On the site of the view, where it is done on one. */
  readonly may: (action: Action) => boolean;
  /** Of every site, those to come too. */
  readonly mayAll: boolean;
  readonly isPerson: boolean;
  readonly isSignedIn: boolean;
  readonly hasCities: boolean;
};

/** Every command of a view, in the order in which they are offered. */
export function commandsOf(view: View, given: Given): readonly Command[] {
  return [
    ...[...given.sites, ...(given.sites.length > 1 && given.mayAll ? [everySite] : [])].map(
      (site) =>
        going(kinds.site, siteName(site), { page: 'report', site, filters: [], open: undefined }),
    ),
    ...(view.page === 'report' ? onReport(view, given) : []),
    ...(given.isSignedIn ? ofSignedIn(view, given) : []),
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

function ofSignedIn({ site, page }: View, { may, isPerson }: Given): readonly Command[] {
  const toPage = (words: string, to: Partial<View>, isOffered = true) =>
    isOffered ? [going(kinds.page, words, to)] : [];
  const onReport = may('share') && page === 'report';
  const ofSite = [
    ...(onReport ? [doing(kinds.page, commandTexts.share, { name: 'share' })] : []),
    ...toPage(commandTexts.live, { page: 'live', open: undefined }),
    ...toPage(commandTexts.visits, { page: 'report', open: { name: 'visits' } }),
    ...toPage(shellTexts.setup, { page: 'setup' }),
    ...toPage(shellTexts.settings, { page: 'settings', section: undefined }),
    ...toPage(commandTexts.robots, { page: 'report', open: { name: 'robots' } }),
    ...toPage(commandTexts.why, { page: 'report', open: { name: 'why' } }),
  ];
  const own = { page: 'settings', site: undefined } as const;
  return [
    ...toPage(shellTexts.allSites, { page: 'sites', site: undefined }),
    ...toPage(shellTexts.addSite, { page: 'add', site: undefined }, may('addSite')),
    ...(site === undefined || site === everySite || !may('readRows') ? [] : ofSite),
    ...toPage(shellTexts.people, { ...own, section: 'people' }, may('seePeople')),
    ...toPage(shellTexts.keys, { ...own, section: 'keys' }, may('seeKeys')),
    ...toPage(shellTexts.audit, { ...own, section: 'audit' }, may('seeAudit')),
    ...toPage(shellTexts.account, { ...own, section: 'account' }, isPerson),
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
