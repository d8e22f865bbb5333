import { readDomain } from '../../account/domain.ts';
import type { Site } from '../../account/site.ts';
import { claimDomain } from '../../account/site-rows.ts';
import type { Sites } from '../../account/sites.ts';
import type { Home } from '../../home/home.ts';
import { daysPartition } from '../../journal/keys.ts';
import type { ProbedSet } from '../../ledger/probe-set.ts';
import type { Clock } from '../../lib/clock.ts';
import { guessZone } from './guess-zone.ts';
import type { RescuedRows } from './rescue-rows.ts';

type To = { readonly home: Home; readonly sites: Sites; readonly clock: Clock };

/**
 * Makes sites again whose rows are lost, from what else names them, and finds days again by their
 * hits. Gives a line for each thing that its owner has to look at.
 */
export async function rescueSites(
  { home, sites, clock }: To,
  rows: RescuedRows,
  probed: ReadonlyMap<string, readonly ProbedSet[]>,
): Promise<string[]> {
  const found: string[] = [];
  const of = (partition: string) => rows.kept.filter((row) => row.partition === partition);
  const present = new Map(of('sites').map(({ sort, value }) => [sort, JSON.parse(value) as Site]));
  const claims = new Map(of('domains').map(({ sort, value }) => [claimed(value), sort]));
  for (const { id, domain } of present.values())
    if (claims.get(id) === undefined && rows.isLost('domains', domain))
      await claimDomain(home.rows, domain, id, clock);
  for (const id of idsIn(rows, probed)) {
    // A site without a row that is not lost was removed.
    if (present.has(id) || !rows.isLost('sites', id)) continue;
    const sets = probed.get(id) ?? [];
    const zone = guessZone(sets.flatMap(({ offsets }) => offsets));
    const domain = claims.get(id) ?? (await freeDomain(sites, sets, id));
    // The claim may be there: it names the same id.
    if (claims.has(id)) await home.rows.remove([{ partition: 'domains', sort: domain }]);
    await sites.add(domain, { timezone: zone ?? 'UTC' }, (site) => ({ ...site, id }));
    found.push(
      `the settings and goals of ${domain} (site ${id}); its time zone is now ${zone ?? 'UTC'}, ` +
        `${zone === undefined ? 'as nothing is known of it' : 'a guess'}: see \`daybook site set\``,
    );
  }
  await findDays(home, rows);
  if (rows.isLost('owner', 'key') && of('owner').length === 0)
    found.push('the owner key; the first start shows a new one');
  return found;
}

const claimed = (value: string) => (JSON.parse(value) as { id: string }).id;

function idsIn(rows: RescuedRows, probed: ReadonlyMap<string, unknown>): Set<string> {
  const ids = new Set(probed.keys());
  for (const day of rows.hitDays) ids.add(day.split('/')[0]!);
  for (const { partition } of rows.kept) {
    const [kind, id] = partition.split('/');
    if (id !== undefined && (kind === 'month' || kind === 'days')) ids.add(id);
  }
  return ids;
}

async function freeDomain(sites: Sites, sets: readonly ProbedSet[], id: string): Promise<string> {
  for (const { hostname } of sets) {
    const read = hostname === undefined ? { error: '' } : readDomain(hostname);
    if (!('error' in read) && (await sites.find(read.domain)) === undefined) return read.domain;
  }
  return `rescued-${id}.invalid`;
}

/** Days whose hits are there, and the row that says so is not. */
async function findDays(home: Home, rows: RescuedRows): Promise<void> {
  const named = new Set(rows.kept.map(({ partition, sort }) => `${partition}/${sort}`));
  for (const one of rows.hitDays) {
    const [siteId = '', day = ''] = one.split('/');
    const partition = daysPartition(siteId);
    if (named.has(`${partition}/${day}`) || !rows.isLost(partition, day)) continue;
    await home.rows.append([{ partition, sort: day, value: '{}' }]);
  }
}
