import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Site } from '../../src/account/site.ts';
import { importClassic } from '../../src/collect/classic/import-classic.ts';
import { collect } from '../../src/collect/collect.ts';
import { readEvent } from '../../src/collect/dialects/event.ts';
import { openDropLog } from '../../src/collect/drop-log.ts';
import { importLog } from '../../src/collect/log/import-log.ts';
import { openAppender } from '../../src/journal/append.ts';
import { openBooks } from '../../src/journal/books.ts';
import { openOwnIds } from '../../src/journal/own-ids.ts';
import { openRepeatedRows } from '../../src/journal/repeated-rows.ts';
import { openIdSet } from '../../src/lib/id-set.ts';
import { zonesFrom } from '../../src/lib/site-days.ts';
import { openMemoryHome } from '../support/memory-home.ts';
import { bareSite } from '../support/test-daybook.ts';

/** A hit has the same fate whatever way it comes: by a request, a log line or a table's row. */
const nowMs = Date.parse('2026-11-27T12:00:00Z');
const clock = () => nowMs;
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Chrome/130.0.0.0 Safari/537.36';

const site = bareSite(zonesFrom('UTC', 0), {
  ...{ excludedAddresses: ['192.0.2.0/24'], excludedPages: ['/private/**'] },
  ...{ excludedCountries: ['KP'], hostnames: ['example.com', '*.shop.test'] },
  keptParameters: ['id'],
  sealedFrom: '2026-11-27',
});

type Hit = {
  readonly host: string;
  readonly page: string;
  readonly address: string;
  readonly userAgent: string;
  readonly referrer: string;
  readonly timeMs: number;
};

const plain: Hit = {
  host: 'example.com',
  ...{ page: '/', address: '198.51.100.7', userAgent: chrome },
  ...{ referrer: 'https://www.google.com/', timeMs: nowMs - 60_000 },
};

function openWorld(of: Site) {
  const home = openMemoryHome();
  const shared = {
    ...{ home, appender: openAppender(home), books: openBooks(home), random: randomBytes },
    visitors: { identify: () => 'ffffffffffffffff', forget: () => {} },
    places: {
      locate: (ip: string) => (ip.startsWith('203.') ? { country: 'KP' } : {}),
      source: { name: '', date: '' },
    },
  };
  return {
    ...shared,
    clock,
    idsOfDay: async () => openIdSet(),
    sites: { find: async () => of, findDefault: async () => of } as never,
    ...{ repeated: openRepeatedRows(), dropLog: openDropLog() },
    tries: { home, ownIds: openOwnIds(home) },
  };
}

async function byRequest(hit: Hit, of = site): Promise<string> {
  const body = {
    ...{ n: 'pageview', u: `https://${hit.host}${hit.page}`, d: 'example.com' },
    ...{ r: hit.referrer, a: nowMs - hit.timeMs },
  };
  const { userAgent, address } = hit;
  const context = { userAgent, address, hasKey: false, optsOut: false, receivedAtMs: nowMs };
  const candidates = readEvent(JSON.stringify(body), context);
  if ('invalid' in candidates) throw new Error(JSON.stringify(candidates));
  const [outcome] = await collect(openWorld(of), candidates);
  return 'dropped' in outcome! ? outcome.dropped : 'taken';
}

async function byLog(hit: Hit, of = site): Promise<string> {
  const { host, page, address, userAgent, referrer, timeMs } = hit;
  const [, day, month, year, time] = /(\d+) (\w+) (\d+) ([\d:]+)/.exec(
    new Date(timeMs).toUTCString(),
  )!;
  const line =
    `${host} ${address} - - [${day}/${month}/${year}:${time} +0000] "GET ${page} HTTP/1.1" 200 5 ` +
    `"${referrer}" "${userAgent}"\n`;
  const bytes = (async function* () {
    yield Buffer.from(line);
  })();
  const { notTaken } = await importLog(openWorld(of), of, [{ name: 'access.log', bytes }], {
    allHosts: true,
  });
  return fateOf(notTaken);
}

async function byTable({ page, userAgent, referrer, timeMs }: Hit): Promise<string> {
  const rows = [
    { pagePath: page, timestamp: String(timeMs / 1_000), more: { userAgent, referrer } },
  ];
  const pagesFrom = async function* () {
    yield { rows, resume: undefined };
  };
  return fateOf((await importClassic(openWorld(site), site, { name: 't', pagesFrom })).notTaken);
}

const fateOf = (notTaken: Readonly<Record<string, number>>) =>
  Object.keys(notTaken).find((reason) => notTaken[reason]! > 0) ?? 'taken';

// A table has no addresses and no hosts, and names its pages itself; a robot's row in it is kept, as that of any sender to `/analytics`.
test.each<[string, Partial<Hit>, inTable: string]>([
  ['taken', {}, 'taken'],
  ['bot', { userAgent: 'Googlebot/2.1' }, 'taken'],
  ['excluded-ip', { address: '192.0.2.7' }, 'taken'],
  ['excluded-page', { page: '/private/a' }, 'excluded-page'],
  ['excluded-page', { page: '/private/a?id=7' }, 'excluded-page'],
  ['hostname', { host: 'copy.test' }, 'taken'],
  ['hostname', { host: 'shop.test' }, 'taken'],
  ['taken', { host: 'de.shop.test' }, 'taken'],
  ['excluded-country', { address: '203.0.113.9' }, 'taken'],
  ['spam-referrer', { referrer: 'http://semalt.com/x' }, 'taken'],
  ['too-old', { timeMs: nowMs - 13 * 3_600_000 }, 'too-old'],
  ['bot', { userAgent: 'curl/8', page: '/private/a', address: '192.0.2.7' }, 'excluded-page'],
  ['excluded-ip', { address: '192.0.2.7', page: '/private/a' }, 'excluded-page'],
  ['excluded-page', { page: '/private/a', timeMs: nowMs - 13 * 3_600_000 }, 'excluded-page'],
])('%s: %j', async (fate, more, inTable) => {
  const hit = { ...plain, ...more };
  expect(await byRequest(hit)).toBe(fate);
  expect(await byLog(hit)).toBe(fate);
  expect(await byTable(hit)).toBe(inTable);
});

test.each([120_000, 1e20])('a time %i ms ahead is of the future', async (aheadMs) => {
  expect(await byTable({ ...plain, timeMs: nowMs + aheadMs })).toBe('future');
});

test('a site that keeps robots takes theirs by each way', async () => {
  const keeping = { ...site, keepsRobots: true } as const;
  for (const more of [{ userAgent: 'Googlebot/2.1' }, { referrer: 'https://semalt.com/' }]) {
    const hit = { ...plain, ...more };
    expect([await byRequest(hit, keeping), await byLog(hit, keeping)]).toEqual(['taken', 'taken']);
    expect([await byRequest(hit), await byLog(hit)]).not.toContain('taken');
  }
});
