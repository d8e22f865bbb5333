import { domainToASCII } from 'node:url';
import type { Site } from '../account/site.ts';
import type { Sites } from '../account/sites.ts';
import type { Home } from '../home/home.ts';
import { type KeptErasure, keepErasure } from '../journal/erasures.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { openRefusedFields, quoted } from '../lib/refused-fields.ts';
import { dayEnd, dayStart, isDay, type ZoneSpan } from '../lib/site-days.ts';
import type { Erasure } from '../model/erasure.ts';
import type { FaultPoint } from '../model/fault-points.ts';
import { takeBackMs } from '../model/times.ts';
import { planUpkeep } from './upkeep.ts';

/**
 * What the owner asks to erase: the hits that meet all of these conditions. Days are days of the
 * site, both inclusive.
 */
export type ErasureFields = {
  /** One pattern of pages, or several. */
  readonly page?: unknown;
  /** `NAME` or `NAME=VALUE`. */
  readonly prop?: unknown;
  /** A visitor as raw hits have it, or several. Its days are best said beside it. */
  readonly visitor?: unknown;
  readonly hostname?: unknown;
  readonly from?: unknown;
  readonly to?: unknown;
};

const fieldNames: readonly string[] = ['page', 'prop', 'visitor', 'hostname', 'from', 'to'];

const mostNamed = 100;

const maxLength = 2_000;

/** Parses what is asked for. Throws `bad-input` naming each field that was refused. */
export function readErasure(
  asked: ErasureFields,
  { zones }: { readonly zones: readonly ZoneSpan[] },
  madeMs: number,
): Erasure {
  const refused = openRefusedFields();
  const refuse = (field: string, expected: string, came: unknown) =>
    refused.refuse(field, `expected ${expected}, got ${quoted(came)}`);
  const { page, prop, visitor, hostname, from, to } = asked;
  const unknown = Object.keys(asked).find((name) => !fieldNames.includes(name));
  if (unknown !== undefined)
    refused.refuse(unknown, `is unknown; expected ${fieldNames.join(', ')}`);
  if (fieldNames.every((name) => asked[name as keyof ErasureFields] === undefined))
    refuse('erasure', `at least one of ${fieldNames.join(', ')}`, undefined);

  const [pages, visitors] = [listOf(page), listOf(visitor)];
  if (visitors !== undefined && !(isShort(visitors) && visitors.every(isVisitor)))
    refuse(
      'visitor',
      `1 to ${mostNamed} visitors of 16 hex digits, as raw hits have them`,
      visitor,
    );
  if (pages !== undefined && !(isShort(pages) && pages.every(isPage)))
    refuse('page', `1 to ${mostNamed} paths that start with /, such as /account/**`, page);
  if (prop !== undefined && !(isText(prop) && !prop.startsWith('=')))
    refuse('prop', 'NAME or NAME=VALUE', prop);
  if (hostname !== undefined && !isText(hostname)) refuse('hostname', 'a host name', hostname);
  if (from !== undefined && !isDayText(from)) refuse('from', 'a day such as 2026-03-29', from);
  if (to !== undefined && !isDayText(to)) refuse('to', 'a day such as 2026-03-29', to);
  if (isDayText(from) && isDayText(to) && from > to) refuse('to', `a day not before ${from}`, to);
  refused.throwIfAny();

  return {
    madeMs,
    ...(isDayText(from) && { fromMs: dayStart(zones, from) }),
    ...(isDayText(to) && { toMs: dayEnd(zones, to) }),
    ...(pages !== undefined && { pages: pages as string[] }),
    ...(visitors !== undefined && { visitors: visitors as string[] }),
    ...(isText(hostname) && { hostname: domainToASCII(hostname) || hostname.toLowerCase() }),
    ...(isText(prop) && { prop: readProp(prop) }),
  };
}

export type ErasingWorld = {
  readonly home: Pick<Home, 'rows'>;
  readonly sites: Sites;
  readonly clock: Clock;
  readonly random: Random;
  /** As closing has it, for tests. */
  readonly faultPoint?: (point: FaultPoint) => void | Promise<void>;
};

/**
 * Keeps an erasure of a site: from now on no report contains such hits. They are destroyed 24 hours
 * later, in which it can be taken back (`removals.ts`); with `now` at once. Its row is all that
 * readers and closing look at. If this is cut after it, the erasure stands, and is destroyed by the
 * next upkeep.
 */
export async function eraseHits(
  world: ErasingWorld,
  domain: string,
  asked: ErasureFields,
  { now = false }: { readonly now?: boolean } = {},
): Promise<{ readonly site: Site; readonly erasure: KeptErasure }> {
  const { home, sites, clock, random, faultPoint = () => {} } = world;
  const found = await sites.find(domain);
  if (found === undefined)
    throw new DaybookError('not-found', `there is no site ${JSON.stringify(domain.slice(0, 300))}`);
  const read = readErasure(asked, found, clock());
  const erasure = { ...read, destroyMs: read.madeMs + (now ? 0 : takeBackMs) };
  const key = await keepErasure(home, found.id, erasure, random(4).toString('hex'));
  await faultPoint('erase.kept');
  await planUpkeep({ home }, erasure.destroyMs);
  return { site: found, erasure: { ...erasure, key } };
}

/** What names an erasure to its owner. */
export const erasureId = (key: string) => `erasure-${key.slice(key.indexOf('/') + 1)}`;

/** An erasure as the API and the CLI show it. */
export function showErasure({
  key,
  madeMs,
  destroyMs,
  takenBackMs,
  fromMs,
  toMs,
  pages,
  visitors,
  hostname,
  prop,
}: KeptErasure): Record<string, unknown> {
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    ...(destroyMs !== undefined && { id: erasureId(key), destroyed: iso(destroyMs) }),
    made: iso(madeMs),
    ...(takenBackMs !== undefined && { taken_back: iso(takenBackMs) }),
    ...(pages !== undefined && { page: pages }),
    ...(visitors !== undefined && { visitor: visitors }),
    ...(prop !== undefined && {
      prop: prop.value === undefined ? prop.name : `${prop.name}=${prop.value}`,
    }),
    ...(hostname !== undefined && { hostname }),
    ...(fromMs !== undefined && { from: iso(fromMs) }),
    ...(toMs !== undefined && { before: iso(toMs) }),
  };
}

function readProp(text: string): { name: string; value?: string } {
  const at = text.indexOf('=');
  return at < 0 ? { name: text } : { name: text.slice(0, at), value: text.slice(at + 1) };
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= maxLength;

const listOf = (value: unknown): readonly unknown[] | undefined =>
  value === undefined || Array.isArray(value) ? value : [value];

const isShort = (values: readonly unknown[]) => values.length > 0 && values.length <= mostNamed;

const isVisitor = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{16}$/.test(value);

const isPage = (value: unknown): value is string => isText(value) && value.startsWith('/');

const isDayText = (value: unknown): value is string => typeof value === 'string' && isDay(value);
