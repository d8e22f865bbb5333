import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { showDomain } from '../../account/domain.ts';
import type { Site } from '../../account/site.ts';
import { instantOf } from '../../lib/instant.ts';
import { quoted, refusedField } from '../../lib/refused-fields.ts';
import { addDays, dayBounds, isDay } from '../../lib/site-days.ts';
import { direct, notSet } from '../../model/fields.ts';
import type { Result } from '../../report/answer/answer.ts';
import { limitsOf } from '../../report/query/limits.ts';
import { ofTheirs } from '../access.ts';
import type { Asker } from '../asker.ts';
import { type Route, route } from '../route.ts';
import { schemasOf } from '../schemas-of.ts';
import type { World } from '../world.ts';
import { siteToRead } from './site.ts';

const { askedStats, hitList, me, pathList, refList, siteList, statList, totals } = schemasOf(
  () => import('../schemas/goatcounter.ts'),
);

const read = {
  method: 'GET',
  who: 'viewer',
  isOfTheirs: true,
  tag: 'GoatCounter API',
  errors: [404, 503],
} as const;

const mostRows = 10_000;

type Asked = Readonly<Record<string, string | undefined>> & { readonly limit: string };

/** What the statistics of a kind are by, and what those of one of its values are by. */
const kinds: Readonly<Record<string, { readonly by: string; readonly detail?: string }>> = {
  browsers: { by: 'visit:browser', detail: 'visit:browser_version' },
  systems: { by: 'visit:os', detail: 'visit:os_version' },
  locations: { by: 'visit:country', detail: 'visit:region' },
  languages: { by: 'visit:language' },
  sizes: { by: 'visit:screen' },
  campaigns: { by: 'visit:utm_campaign', detail: 'visit:source' },
  toprefs: { by: 'visit:source', detail: 'event:page' },
};

/** GoatCounter's statistics, as its clients ask for them: each number is one of visitors. */
export const goatcounterStatsRoutes: readonly Route[] = [
  route({
    ...{ ...read, path: '/api/v0/me', summary: 'Whose the key is' },
    answers: { 200: { description: 'the owner, and the key', schema: me } },
    handle:
      () =>
      ({ c }) =>
        c.json({ user: { id: 1, site: 1, email: '', access: { all: 'a' } }, token: { id: 1 } }),
  }),
  route({
    ...{ ...read, path: '/api/v0/sites', summary: 'All sites' },
    answers: { 200: { description: 'the sites', schema: siteList } },
    handle:
      ({ sites }) =>
      async ({ c, asker }) =>
        c.json({ sites: ofTheirs(await sites.list(), asker).map(shownSite) }),
  }),
  route<Asked, unknown>({
    ...{ ...read, path: '/api/v0/paths', query: askedStats },
    summary: 'The pages and events of a site',
    answers: { 200: { description: 'in the order of their ids', schema: pathList } },
    handle: (world) => async (call) => {
      const { c, query } = call;
      const ask = await asking(world, call, { ...query, start: '1970-01-01' });
      const { after = '0', limit } = query;
      const all = (await ask.paths()).sort((a, b) => a.id - b.id);
      const rest = all.filter(({ id }) => id > Number(after));
      const paths = rest.slice(0, Number(limit)).map(({ id, path, title, event }) => ({
        ...{ id, path, title, event },
      }));
      return c.json({ paths, more: rest.length > paths.length });
    },
  }),
  route<Asked, unknown>({
    ...{ ...read, path: '/api/v0/stats/total', query: askedStats, summary: 'Visitors by day' },
    answers: { 200: { description: 'them', schema: totals } },
    handle: (world) => async (call) => {
      const { c, query } = call;
      const ask = await asking(world, call, query);
      const [[total], [events], hours] = await Promise.all([
        ask.rows([]),
        ask.rows([], [isEvent]),
        ask.rows(['time:hour']),
      ]);
      const [all, ofEvents] = [total, events].map((row) => Number(row?.metrics[0] ?? 0));
      const stats = daysOf(await ask.rows(['time:day']), hours);
      return c.json({ total: all, total_events: ofEvents, total_utc: all, stats });
    },
  }),
  route<Asked, unknown>({
    ...{ ...read, path: '/api/v0/stats/hits', query: askedStats },
    summary: 'Visitors by page and event',
    answers: { 200: { description: 'those of most visitors first', schema: hitList } },
    handle: (world) => async (call) => {
      const { c, query } = call;
      const ask = await asking(world, call, query);
      const paths = (await ask.paths()).sort((a, b) => b.count - a.count);
      const left = new Set((query['exclude_paths'] ?? '').split(',').map(Number));
      const rest = paths.filter(({ id }) => !left.has(id));
      const shown = rest.slice(0, Number(query.limit));
      const days = await ask.each(['time:day'], shown.map(ofPath));
      const hits = shown.map(({ id, path, title, event, count }, i) => {
        const stats = daysOf(days[i]!);
        const max = Math.max(0, ...stats.map(({ daily }) => daily));
        return { count, path_id: id, path, event, title, max, stats };
      });
      const total = shown.reduce((sum, { count }) => sum + count, 0);
      return c.json({ hits, total, more: rest.length > shown.length });
    },
  }),
  route<Asked, unknown>({
    ...{ ...read, path: '/api/v0/stats/hits/:path', query: askedStats },
    summary: 'Where the visitors of a page came from',
    answers: { 200: { description: 'the sources', schema: refList } },
    handle: (world) => async (call) => {
      const { c, query } = call;
      const ask = await asking(world, call, query);
      const path = (await ask.paths()).find(({ id }) => String(id) === c.req.param('path'));
      const rows = path === undefined ? [] : await ask.rows(['visit:source'], ofPath(path));
      const { stats, more } = pageOf(query, rows);
      const refs = stats.map(({ name, count }) => ({
        ...{ name, count, ref_scheme: name === '' ? null : 'h' },
      }));
      return c.json({ refs, more });
    },
  }),
  ...Object.entries(kinds).flatMap(([kind, { by, detail }]) => [
    route<Asked, unknown>({
      ...{ ...read, path: `/api/v0/stats/${kind}`, query: askedStats },
      summary: `Visitors by ${kind}`,
      answers: { 200: { description: 'those of most visitors first', schema: statList } },
      handle: (world) => async (call) => {
        const ask = await asking(world, call, call.query);
        return call.c.json(pageOf(call.query, await ask.rows([by])));
      },
    }),
    route<Asked, unknown>({
      ...{ ...read, path: `/api/v0/stats/${kind}/:value`, query: askedStats },
      summary: `Details of one of ${kind}`,
      answers: { 200: { description: 'those of most visitors first', schema: statList } },
      handle: (world) => async (call) => {
        const { c, query } = call;
        const ask = await asking(world, call, query);
        const id = c.req.param('value')!;
        const rows = detail === undefined ? [] : await ask.rows([detail], [['is', by, [id]]]);
        return c.json(pageOf(query, rows));
      },
    }),
  ]),
];

const isPageview = ['is', 'event:name', ['pageview']];

const isEvent = ['is_not', 'event:name', ['pageview']];

type Path = {
  readonly id: number;
  readonly path: string;
  readonly title: string;
  readonly event: boolean;
  readonly count: number;
};

const ofPath = ({ path, event }: Pick<Path, 'path' | 'event'>) =>
  event ? [['is', 'event:name', [path]]] : [isPageview, ['is', 'event:page', [path]]];

/** 48 bits: pages have no numbers here, and clients want one that stays. */
const pathId = (path: string, event: boolean) =>
  createHash('sha256').update(`${event} ${path}`).digest().readUIntBE(0, 6);

type Asking = { readonly c: Context; readonly asker: Asker };

/** Visitors of the site, the range and the pages of a request. */
async function asking(world: World, { c, asker }: Asking, asked: Asked) {
  const { engine, clock } = world;
  const site = await siteToRead(world, { c, asker }, asked['site']);
  const reports = await engine();
  const range = rangeOf(site, asked, clock());

  const bodyOf = (dimensions: readonly string[], filters: readonly unknown[]) => ({
    ...{ site_id: site.domain, metrics: ['visitors'], date_range: range, dimensions, filters },
    pagination: { limit: mostRows, offset: 0 },
  });

  const rows = async (
    dimensions: readonly string[],
    filters: readonly unknown[] = [],
  ): Promise<readonly Result[]> =>
    (await reports.query(site, bodyOf(dimensions, filters), 'owner')).results;

  /** The rows of each of several filters. */
  async function each(
    dimensions: readonly string[],
    all: readonly (readonly unknown[])[],
  ): Promise<readonly (readonly Result[])[]> {
    const found: (readonly Result[])[] = [];
    for (let i = 0; i < all.length; i += limitsOf.owner.queries) {
      const bodies = all.slice(i, i + limitsOf.owner.queries);
      const answers = await reports.batch(
        ...([site, bodies.map((one) => bodyOf(dimensions, one)), 'owner'] as const),
      );
      found.push(...answers.map(({ results }) => results));
    }
    return found;
  }

  /** Pages and events, those that the request names where it names some. */
  async function paths(): Promise<Path[]> {
    const [pages, events] = await Promise.all([
      rows(['event:page'], [isPageview]),
      rows(['event:name'], [isEvent]),
    ]);
    const wanted = asked['include_paths']?.split(',').filter(Boolean).map(Number) ?? [];
    const all = [
      ...pages.map((row) => [row, false] as const),
      ...events.map((row) => [row, true] as const),
    ].map(([{ dimensions, metrics }, event]): Path => {
      const path = dimensions[0]!;
      return { id: pathId(path, event), path, title: '', event, count: Number(metrics[0]) };
    });
    return wanted.length === 0 ? all : all.filter(({ id }) => wanted.includes(id));
  }

  return { rows, each, paths };
}

/** Days or moments; the last seven days where nothing is said. */
function rangeOf(site: Site, { start, end }: Asked, nowMs: number): readonly [string, string] {
  const today = dayBounds(site.zones, nowMs).day;
  const [first, last] = [start || addDays(today, -7), end || today] as [string, string];
  if (isDay(first) && isDay(last)) {
    if (first > last) throw refusedField('end', 'expected a day that is not before start');
    return [first, last];
  }
  const momentOf = (field: string, text: string) => {
    const ms = isDay(text) ? Date.parse(`${text}T00:00:00Z`) : instantOf(text);
    if (ms !== undefined) return new Date(ms).toISOString();
    throw refusedField(
      field,
      `expected a day such as 2026-11-20, or RFC 3339, got ${quoted(text).slice(0, 60)}`,
    );
  };
  return [momentOf('start', first), momentOf('end', last)];
}

/** Days, with their hours where these were asked for. */
function daysOf(days: readonly Result[], hours: readonly Result[] = []) {
  const byDay = new Map<string, number[]>();
  for (const {
    dimensions: [label],
    metrics: [count],
  } of hours) {
    const day = label!.slice(0, 10);
    const own = byDay.get(day) ?? Array<number>(24).fill(0);
    own[Number(label!.slice(11, 13))]! += Number(count);
    byDay.set(day, own);
  }
  return days.map(({ dimensions: [day], metrics: [count] }) => ({
    ...{ day: day!, daily: Number(count) },
    ...(hours.length > 0 && { hourly: byDay.get(day!) ?? Array<number>(24).fill(0) }),
  }));
}

/** What is not known is nameless, as in GoatCounter. */
function pageOf({ limit, offset = '0' }: Asked, rows: readonly Result[]) {
  const first = Number(offset);
  const page = rows.slice(first, first + Number(limit));
  const stats = page.map(({ dimensions: [value], metrics: [count] }) => {
    const name = value === notSet || value === direct ? '' : value!;
    return { id: name, name, count: Number(count) };
  });
  return { stats, more: rows.length > first + page.length };
}

function shownSite(site: Site, index: number): Record<string, unknown> {
  return {
    ...{ id: index + 1, parent: null, cname: showDomain(site.domain), link_domain: site.domain },
    ...{ code: site.aliases?.[0] ?? site.domain, state: 'a' },
    created_at: new Date(site.createdMs).toISOString(),
  };
}
