import { isDeepStrictEqual } from 'node:util';
import { addGoal, goalId, readGoal } from '../../account/goals.ts';
import { addSegment, changeSegment, removeSegment } from '../../account/segments.ts';
import type { Goal, Segment, Site } from '../../account/site.ts';
import { applySettings, siteSettings } from '../../account/site-settings.ts';
import { newSite } from '../../account/sites.ts';
import { checkSegment } from '../../report/query/filters.ts';
import type { WantedSite } from './read.ts';

/** Something that changes: in a line, and as the audit log calls it. */
export type Change = { readonly line: string; readonly what: string; readonly about?: string };

export type SitePlan = {
  /** Absent: it is made. */
  readonly site?: Site;
  /** The settings that change. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly changes: readonly Change[];
  /** The site as it will be, but for what others change meanwhile. */
  readonly after: Site;
  /** Its goals and segments; given the latest state of it. */
  finish(latest: Site): Site;
};

/**
 * What has to change so that a site is as it is wanted. Goals and segments that are not among the
 * wanted ones go, where the file lists any; people's own segments stay. Throws `bad-input`.
 */
export function planSite(
  site: Site | undefined,
  wanted: WantedSite,
  { nowMs, newId }: { readonly nowMs: number; readonly newId: () => string },
): SitePlan {
  const before = site ?? newSite('', wanted.domain, {}, nowMs);
  const applied =
    site === undefined
      ? newSite('', wanted.domain, wanted.settings, nowMs)
      : applySettings(site, wanted.settings, nowMs);
  const shown = (of: Site) => siteSettings.map(({ show }) => show(of, nowMs));
  const [old, next] = [shown(before), shown(applied)];
  const changed = siteSettings.flatMap(({ name }, i) =>
    isDeepStrictEqual(old[i], next[i])
      ? []
      : [{ name, line: `${name}: ${textOf(old[i])} becomes ${textOf(next[i])}` }],
  );
  const finish = (latest: Site) => withSegments(withGoals(latest, wanted), wanted, newId);
  const after = finish(applied);
  return {
    ...(site && { site }),
    settings:
      site === undefined
        ? wanted.settings
        : Object.fromEntries(changed.map(({ name }) => [name, wanted.settings[name]])),
    changes: [
      ...(site === undefined ? [{ line: 'is made', what: 'site.add' }] : []),
      ...changed.map(({ name, line }) => ({ line, what: 'site.set', about: name })),
      ...between('goal', before.goals, after.goals),
      ...between('segment', ownOf(before), ownOf(after)),
    ],
    after,
    finish,
  };
}

function withGoals(site: Site, { goals }: WantedSite): Site {
  if (goals === undefined) return site;
  const ids = (site.goals ?? []).map(goalId);
  const places = goals.map((fields) => ids.indexOf(goalId(readGoal(fields))));
  // Those that are there keep their places: only what changes is written.
  const rank = (i: number) => (places[i]! < 0 ? ids.length + i : places[i]!);
  const order = goals.map((_, i) => i).sort((a, b) => rank(a) - rank(b));
  const made = order.reduce<Site>((latest, i) => addGoal(latest, goals[i]!).site, {
    ...site,
    goals: [],
  });
  return isDeepStrictEqual(made.goals, site.goals ?? []) ? site : made;
}

function withSegments(site: Site, { segments }: WantedSite, newId: () => string): Site {
  if (segments === undefined) return site;
  const gone = ownOf(site).filter(({ name }) => !segments.some((one) => one['name'] === name));
  const kept = gone.reduce<Site>((latest, { id }) => removeSegment(latest, id).site, site);
  return segments.reduce<Site>((latest, { name, filters: given }) => {
    const filters = checkSegment(given, latest);
    const same = ownOf(latest).find((one) => one.name === name);
    if (same === undefined) return addSegment(latest, { name, filters }, newId).site;
    if (isDeepStrictEqual(same.filters, filters)) return latest;
    return changeSegment(latest, same.id, { filters }).site;
  }, kept);
}

const ownOf = ({ segments = [] }: Site): readonly Segment[] =>
  segments.filter(({ personId }) => personId === undefined);

type Named = Goal | Segment;

/** What makes it the same one under another name, or with other filters. */
const keyOf = (one: Named) => ('filters' in one ? one.name : goalId(one));

/** What comes, goes and changes of a list. */
function between(
  kind: 'goal' | 'segment',
  before: readonly Named[] = [],
  after: readonly Named[] = [],
): Change[] {
  const had = new Map(before.map((one) => [keyOf(one), one]));
  const has = new Set(after.map(keyOf));
  const change = (sign: string, one: Named, what: string): Change => ({
    line: `${sign} ${kind} ${JSON.stringify(one.name)}: ${detailOf(one)}`,
    ...{ what: `${kind}.${what}`, about: one.name },
  });
  const changes = kind === 'goal' ? 'add' : 'change';
  return [
    ...before.filter((one) => !has.has(keyOf(one))).map((one) => change('-', one, 'remove')),
    ...after
      .filter((one) => !isDeepStrictEqual(had.get(keyOf(one)), one))
      .map((one) => (had.has(keyOf(one)) ? change('~', one, changes) : change('+', one, 'add'))),
  ];
}

function detailOf(one: Named): string {
  if ('filters' in one) return JSON.stringify(one.filters);
  if ('page' in one) return `page ${one.page}`;
  return `event ${one.event}${one.currency === undefined ? '' : `, ${one.currency}`}`;
}

function textOf(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.length === 0 ? 'none' : value.join(', ');
}

/** A site as the file has it: what is as it is where nobody says anything stays away. */
export function wantedOf(site: Site, nowMs: number): Record<string, unknown> {
  const blank = newSite('', site.domain, {}, nowMs);
  const settings = siteSettings.flatMap(({ name, show }) => {
    const value = show(site, nowMs);
    const isUsual = name !== 'timezone' && isDeepStrictEqual(value, show(blank, nowMs));
    return isUsual ? [] : [[name, value] as const];
  });
  const goals = (site.goals ?? []).map((goal) => {
    const { name, ...rest } = goal;
    return readGoal(rest).name === name ? rest : goal;
  });
  const segments = ownOf(site).map(({ name, filters }) => ({ name, filters }));
  return {
    ...Object.fromEntries(settings),
    ...(goals.length > 0 && { goals }),
    ...(segments.length > 0 && { segments }),
  };
}
