import { createHmac } from 'node:crypto';
import { type Home, scanAll } from '../home/home.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import { forgetTries } from './link-passwords.ts';
import { hashSecret } from './owner.ts';
import { type SharedLink, sharedLinkPartition } from './shared-link.ts';
import { readSharedLink, type SharedLinkFields } from './shared-link-fields.ts';
import type { Site } from './site.ts';

/** Several writers at once may pass it by a few. */
export const maxSharedLinks = 200;

type Source = Pick<Home, 'rows'>;

type Making = { readonly nowMs: number; readonly random: Random };

/** 144 random bits behind the site's id. */
const secretShape = /^([a-z0-9]{12})[\w-]{24}$/;

export const newSecret = ({ id }: Pick<Site, 'id'>, random: Random): string =>
  id + random(18).toString('base64url');

/** The same each time for the same key, site and name; who has it learns nothing of the key. */
export function secretFor(key: string, { id }: Pick<Site, 'id'>, name: string): string {
  const made = createHmac('sha256', key).update(`shared link\n${id}\n${name}`).digest();
  return id + made.subarray(0, 18).toString('base64url');
}

const idOf = (hash: string) => hash.slice(0, 16);

/** Those that have expired too, the oldest first. */
export async function listSharedLinks({ rows }: Source, siteId: string): Promise<SharedLink[]> {
  const found: SharedLink[] = [];
  for await (const { value } of scanAll(rows, sharedLinkPartition(siteId)))
    found.push(JSON.parse(value) as SharedLink);
  return found.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
}

/** Throws `bad-input` that names the field, or `conflict` where another has its name. */
export async function addSharedLink(
  { rows }: Source,
  site: Site,
  fields: SharedLinkFields,
  { secret, nowMs, random }: Making & { readonly secret: string },
): Promise<SharedLink> {
  const hash = hashSecret(secret);
  const blank = { id: idOf(hash), name: '', createdMs: nowMs, filters: [], embedOn: [] };
  const given = { name: '', ...fields };
  const link = await readSharedLink(blank, given, { site, nowMs, random });
  const others = await listSharedLinks({ rows }, site.id);
  expectOwnName(link, others);
  if (others.length >= maxSharedLinks)
    throw new DaybookError('bad-input', `expected at most ${maxSharedLinks} shared links`);
  const row = { partition: sharedLinkPartition(site.id), sort: hash, value: JSON.stringify(link) };
  if (!(await rows.putIf(row, undefined)))
    throw new DaybookError('conflict', 'this link was made meanwhile');
  return link;
}

/** What is not given stays. Throws `bad-input` that names the field, `not-found`, or `conflict`. */
export async function changeSharedLink(
  { rows }: Source,
  site: Site,
  fields: SharedLinkFields & { readonly id: string },
  making: Making,
): Promise<SharedLink> {
  const { id, ...changed } = fields;
  const partition = sharedLinkPartition(site.id);
  for (;;) {
    const { sort, value } = await expectRow({ rows }, site.id, id);
    const before = JSON.parse(value) as SharedLink;
    const link = await readSharedLink(before, changed, { site, ...making });
    expectOwnName(link, await listSharedLinks({ rows }, site.id));
    if (await rows.putIf({ partition, sort, value: JSON.stringify(link) }, value)) return link;
  }
}

/** Throws `not-found`. */
export async function endSharedLink({ rows }: Source, siteId: string, id: string): Promise<void> {
  const { sort } = await expectRow({ rows }, siteId, id);
  await rows.remove([{ partition: sharedLinkPartition(siteId), sort }]);
  await forgetTries({ rows }, siteId, id);
}

/** The link of a secret and the id of its site; undefined where it is none, or has expired. */
export async function sharedLinkOf(
  { rows }: Source,
  secret: string,
  nowMs: number,
): Promise<{ readonly siteId: string; readonly link: SharedLink } | undefined> {
  const siteId = secretShape.exec(secret)?.[1];
  if (siteId === undefined) return undefined;
  const value = await rows.get(sharedLinkPartition(siteId), hashSecret(secret));
  if (value === undefined) return undefined;
  const link = JSON.parse(value) as SharedLink;
  return link.expiresMs !== undefined && link.expiresMs <= nowMs ? undefined : { siteId, link };
}

async function expectRow({ rows }: Source, siteId: string, id: string) {
  const [row] = /^[0-9a-f]{16}$/.test(id)
    ? await rows.scan(sharedLinkPartition(siteId), { from: id, limit: 1 })
    : [];
  if (row !== undefined && idOf(row.sort) === id) return row;
  throw new DaybookError(
    'not-found',
    `there is no shared link ${JSON.stringify(id.slice(0, 200))}`,
  );
}

function expectOwnName({ id, name }: SharedLink, others: readonly SharedLink[]): void {
  if (!others.some((one) => one.name === name && one.id !== id)) return;
  throw new DaybookError('conflict', `there is another shared link named ${JSON.stringify(name)}`, {
    fields: { name: ['is taken already'] },
  });
}
