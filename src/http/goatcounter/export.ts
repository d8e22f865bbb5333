import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Rows } from '../../home/home.ts';
import { startOf } from '../../journal/keys.ts';
import { DaybookError } from '../../lib/errors.ts';
import { dayBounds } from '../../lib/site-days.ts';
import { begun, rawHits } from '../raw-hits.ts';
import { type Route, route } from '../route.ts';
import { schemasOf } from '../schemas-of.ts';
import { streamedBytes } from '../streamed.ts';
import type { World } from '../world.ts';
import { goatcounterCsv } from './csv.ts';
import { siteToRead } from './site.ts';

const { askedExport, askedSite, exportState } = schemasOf(
  () => import('../schemas/goatcounter.ts'),
);

/**
 * Exports that were asked for, as their ids: the seconds since 1970 at which they were made.
 *
 *   goatcounter-exports   <id>   JSON of an Export
 */
const partition = 'goatcounter-exports';

/** Moments in ms: the first included, the last not. */
type Export = { readonly siteId: string; readonly fromMs: number; readonly toMs: number };

/** A hit may take so long to become durable. What is younger comes with the next export. */
const settleMs = 10_000;

const keptSeconds = 24 * 3_600;

const maxBytes = 4_096;

const read = {
  who: 'viewer',
  isOfTheirs: true,
  tag: 'GoatCounter API',
  query: askedSite,
  errors: [404, 503],
} as const;

/**
 * GoatCounter's exports. Nothing is prepared: what was asked for is written down, and its file is
 * made while it is read.
 */
export const goatcounterExportRoutes: readonly Route[] = [
  route<
    { readonly site?: string | undefined },
    { readonly start_from_hit_id?: number | undefined }
  >({
    ...{ ...read, method: 'POST', path: '/api/v0/export' },
    summary: 'Ask for an export of the hits',
    description:
      'Hits have no numbers here: `last_hit_id` is the moment up to which they are in it, in ms, ' +
      'and `start_from_hit_id` begins behind such a moment.',
    body: { as: 'fields', maxBytes, mayBeEmpty: true, schema: askedExport },
    answers: { 202: { description: 'its state', schema: exportState } },
    handle: (world) => async (call) => {
      const { c, query, body } = call;
      const site = await siteToRead(world, call, query.site);
      const nowMs = world.clock();
      const asked = body.start_from_hit_id ?? 0;
      const fromMs = asked === 0 ? 0 : asked + 1;
      const made = { siteId: site.id, fromMs, toMs: Math.max(fromMs, nowMs - settleMs) };
      return c.json(stateOf(await keep(world.home.rows, made, nowMs), made), 202);
    },
  }),
  route<{ readonly site?: string | undefined }, unknown>({
    ...{ ...read, method: 'GET', path: '/api/v0/export/:id', summary: 'The state of an export' },
    answers: { 200: { description: 'its state', schema: exportState } },
    handle: (world) => async (call) => {
      const { id, made } = await find(world, call);
      return call.c.json(stateOf(id, made));
    },
  }),
  route<{ readonly site?: string | undefined }, unknown>({
    ...{ ...read, method: 'GET', path: '/api/v0/export/:id/download' },
    summary: "An export's file",
    answers: { 200: { description: 'CSV, compressed by gzip', type: 'application/gzip' } },
    handle: (world) => async (call) => {
      const { made, site } = await find(world, call);
      const { day } = dayBounds(site.zones, made.fromMs);
      const range = { after: made.fromMs === 0 ? undefined : startOf(day), toMs: made.toMs };
      const hits = await begun(rawHits(world, { site, standing: 'owner' }, range));
      return streamedBytes(gzipped(goatcounterCsv(hits, made.fromMs)), 'application/gzip');
    },
  }),
];

/** Gives its id. Earlier ones are forgotten after a day. */
async function keep(rows: Rows, made: Export, nowMs: number): Promise<number> {
  const old = await rows.scan(partition, { to: sortOf(Math.floor(nowMs / 1_000) - keptSeconds) });
  if (old.length > 0) await rows.remove(old);
  const value = JSON.stringify(made);
  for (let id = Math.floor(nowMs / 1_000); ; id++)
    if (await rows.putIf({ partition, sort: sortOf(id), value }, undefined)) return id;
}

const sortOf = (id: number) => String(id).padStart(12, '0');

type Asked = Parameters<typeof siteToRead>[1] & {
  readonly query: { readonly site?: string | undefined };
};

/** Throws `not-found` where it is none, or of a site that is not the asker's. */
async function find(world: World, { c, asker, query }: Asked) {
  const text = c.req.param('id')!;
  const value = /^\d{1,12}$/.test(text)
    ? await world.home.rows.get(partition, sortOf(Number(text)))
    : undefined;
  const made = value === undefined ? undefined : (JSON.parse(value) as Export);
  const of = (await world.sites.list()).find(({ id }) => id === made?.siteId);
  if (made === undefined || of === undefined)
    throw new DaybookError('not-found', 'there is no such export; they are kept for a day');
  const site = await siteToRead(world, { c, asker }, query.site ?? of.domain);
  if (site.id !== of.id) throw new DaybookError('not-found', 'the export is of another site');
  return { id: Number(text), made, site };
}

function stateOf(id: number, { fromMs, toMs }: Export): Record<string, unknown> {
  const at = new Date(id * 1_000).toISOString().replace('.000', '');
  return {
    ...{ id, site_id: 1, start_from_hit_id: Math.max(0, fromMs - 1), last_hit_id: toMs - 1 },
    ...{ path: `goatcounter-export-${id}.csv.gz`, created_at: at, finished_at: at },
    ...{ num_rows: null, size: null, hash: null, error: null },
  };
}

async function* gzipped(texts: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  const zip = createGzip();
  const source = Readable.from(texts);
  source.on('error', (error) => zip.destroy(error));
  yield* source.pipe(zip) as AsyncIterable<Uint8Array>;
}
