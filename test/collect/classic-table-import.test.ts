import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSites } from '../../src/account/sites.ts';
import {
  type ClassicImport,
  type ClassicPage,
  importClassic,
} from '../../src/collect/classic/import-classic.ts';
import { readBooks } from '../../src/days/books.ts';
import { openImporting } from '../../src/entry/cli/import-world.ts';
import { openHome } from '../../src/entry/home.ts';
import { openRandom } from '../../src/entry/random.ts';
import { readClassicTable } from '../../src/home/aws/classic.ts';
import { readSettings } from '../../src/home/aws/settings.ts';
import type { Home } from '../../src/home/home.ts';
import { listDays, readDay } from '../../src/journal/read.ts';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';
import { chrome, type HomeName, longHomes } from '../support/real-app.ts';
import { cli, lastLine } from '../support/real-process.ts';

const count = 1_200;
const fromSeconds = Date.parse('2025-01-01T00:00:00Z') / 1_000;

/** Rows as the course's function keeps them; some days, more than one page of the store. */
const items: Record<string, AttributeValue>[] = Array.from({ length: count }, (_, i) => ({
  pagePath: { S: `/page/${i % 7}` },
  timestamp: { N: String(fromSeconds + i * 1_000 + 0.25) },
  platform: { S: 'MacIntel' },
  userAgent: { S: i % 100 === 99 ? 'Googlebot/2.1 (+http://www.google.com/bot.html)' : chrome },
  language: { S: 'en-US' },
  // DynamoDB gives the keys of a map in any order.
  ...(i % 2 === 0 && {
    location: {
      M:
        i % 4 === 0
          ? { latitude: { N: '38.0307484' }, longitude: { N: '-78.5077828' } }
          : { longitude: { N: '-78.5077828' }, latitude: { N: '38.0307484' } },
    },
  }),
  tags: { SS: i % 3 === 0 ? ['a', 'b'] : ['b', 'a'] },
  note: { S: 'x'.repeat(800) },
}));

let stores: AwsStores;
let dynamo: DynamoDBClient;
beforeAll(async () => {
  stores = await openAwsStores();
  const { region, dynamoEndpoint, credentials } = readSettings(stores.env, '');
  dynamo = new DynamoDBClient({
    region: region!,
    endpoint: dynamoEndpoint!,
    credentials: credentials!,
  });
  await createClassic('DeployHits');
  for (let from = 0; from < count; from += 25) {
    const requests = items.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    await dynamo.send(new BatchWriteItemCommand({ RequestItems: { DeployHits: requests } }));
  }
});
afterAll(async () => {
  dynamo.destroy();
  await stores.close();
});

async function createClassic(name: string): Promise<void> {
  await dynamo.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pagePath', KeyType: 'HASH' },
        { AttributeName: 'timestamp', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pagePath', AttributeType: 'S' },
        { AttributeName: 'timestamp', AttributeType: 'N' },
      ],
    }),
  );
}

/** A home with one site, and what an import into it does. */
async function openTarget(homeName: HomeName, domain: string) {
  const data = await mkdtemp(join(tmpdir(), 'daybook-classic-'));
  const home = await openHome(data, Date.now, homeName === 'aws' ? stores.env : {});
  const site = await openSites(home, Date.now, () => `site${domain.replace(/\W/g, '')}`).add(
    domain,
    {
      timezone: 'Europe/Berlin',
    },
  );
  const settings = readSettings(stores.env, data);
  const importing = await openImporting(home);
  const run = (
    pagesFrom = (resume: string | undefined): AsyncIterable<ClassicPage> =>
      readClassicTable(settings, 'DeployHits', Date.now, resume),
  ): Promise<ClassicImport> =>
    importClassic({ ...importing.world, random: openRandom() }, site, {
      name: 'dynamodb/DeployHits',
      pagesFrom,
    });
  return {
    ...{ home, site, settings, run, importing },
    async close() {
      importing.close();
      await home.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}

async function storedRows(home: Home, siteId: string): Promise<number> {
  let rows = 0;
  for (const day of await listDays(home, siteId))
    for await (const _ of readDay(home, siteId, day)) rows++;
  return rows;
}

describe.each(longHomes)('into the home %s', (homeName) => {
  test('every row becomes a hit of its own day; a second import changes nothing', async () => {
    const target = await openTarget(homeName, `once-${homeName}.test`);
    const first = await target.run();
    expect(first).toMatchObject({
      rows: count,
      taken: count,
      resumed: false,
      notTaken: { known: 0 },
    });
    expect(first.days).toHaveLength(14);
    expect(await storedRows(target.home, target.site.id)).toBe(count);
    const hits: { time: number; page: string; browser?: string; visitor: string; sent: unknown }[] =
      [];
    for await (const { value } of readDay(target.home, target.site.id, '2025-01-01'))
      hits.push(JSON.parse(value));
    const [earliest] = hits.sort((a, b) => a.time - b.time);
    expect(earliest).toMatchObject({
      time: fromSeconds * 1_000 + 250,
      name: 'pageview',
      page: '/page/0',
      browser: 'Chrome',
      sent: {
        platform: 'MacIntel',
        userAgent: chrome,
        language: 'en-US',
        location: { latitude: 38.0307484, longitude: -78.5077828 },
        tags: ['a', 'b'],
      },
    });
    // The same row is the same text, in whatever order its keys and sets came.
    const kept = hits.map(({ sent }) => JSON.stringify(sent));
    expect(new Set(kept).size).toBe(2);
    // Who said where they were, and who did not; the first robot came on the second day.
    expect(new Set(hits.map(({ visitor }) => visitor)).size).toBe(2);
    const robots: string[] = [];
    for await (const { value } of readDay(target.home, target.site.id, '2025-01-02'))
      robots.push((JSON.parse(value) as { visitor: string }).visitor);
    expect(robots.filter((visitor) => visitor === '0'.repeat(16))).toHaveLength(1);

    expect(await target.run()).toMatchObject({
      rows: count,
      taken: 0,
      notTaken: { known: count },
    });
    expect(await storedRows(target.home, target.site.id)).toBe(count);
    await target.importing.closeDays(target.site, first.days);
    const books = await readBooks(target.home, target.site.id);
    expect(books.reduce((sum, { stored }) => sum + stored, 0)).toBe(count);
    expect(await target.run()).toMatchObject({ taken: 0, notTaken: { known: count } });
    await target.close();
  }, 120_000);

  test('ended after a page, it goes on with the next one', async () => {
    const target = await openTarget(homeName, `resumed-${homeName}.test`);
    const ending = async function* (resume: string | undefined) {
      yield* firstOf(readClassicTable(target.settings, 'DeployHits', Date.now, resume));
      throw new Error('killed');
    };
    await expect(target.run(ending)).rejects.toThrow('killed');
    const before = await storedRows(target.home, target.site.id);
    expect(before).toBeGreaterThan(0);
    const rest = await target.run();
    expect(rest).toMatchObject({ resumed: true, notTaken: { known: 0 } });
    expect(rest.rows).toBeLessThan(count);
    expect(await storedRows(target.home, target.site.id)).toBe(count);
    expect(await target.run()).toMatchObject({ resumed: false, taken: 0, rows: count });
    await target.close();
  }, 120_000);
});

async function* firstOf<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const page of pages) {
    yield page;
    return;
  }
}

describe('rows that are no hits', () => {
  const cases: [
    name: string,
    row: { pagePath?: unknown; timestamp?: string; more?: object },
    expected: string,
  ][] = [
    ['no page', { timestamp: '1700000000' }, 'pagePath'],
    ['a page that is a number', { pagePath: 7, timestamp: '1700000000' }, 'pagePath'],
    ['an empty page', { pagePath: '', timestamp: '1700000000' }, 'path of the page'],
    ['no time', { pagePath: '/' }, 'timestamp'],
    ['a time that is none', { pagePath: '/', timestamp: 'noon' }, 'timestamp'],
    [
      'a place off the globe',
      {
        pagePath: '/',
        timestamp: '1700000000',
        more: { location: { latitude: 99, longitude: 0 } },
      },
      'latitude',
    ],
  ];
  test('are counted, and say what was expected', async () => {
    const target = await openTarget('machine', 'broken.test');
    const good = { pagePath: '/', timestamp: '1700000000.5', more: { userAgent: chrome } };
    const inMs = { pagePath: '/ms', timestamp: '1700000000500', more: { userAgent: chrome } };
    const future = { pagePath: '/', timestamp: '4000000000', more: { userAgent: chrome } };
    for (const [name, row, expected] of cases) {
      const rows = [{ pagePath: undefined, timestamp: undefined, more: {}, ...row }];
      const { notTaken, broken } = await target.run(async function* () {
        yield { rows: rows as ClassicPage['rows'], resume: undefined };
      });
      expect([notTaken.broken, broken[0]], name).toEqual([1, expect.stringContaining(expected)]);
    }
    const result = await target.run(async function* () {
      yield { rows: [good, good, inMs, future], resume: undefined };
    });
    expect(result).toMatchObject({
      taken: 2,
      notTaken: { known: 1, future: 1 },
      days: ['2023-11-14'],
    });
    await target.close();
  });
});

describe('the command', () => {
  test('takes a table over, and says what became of its rows', async () => {
    await cli(['site', 'add', 'command.test'], stores.env);
    const run = ['import', 'dynamodb', '--table', 'DeployHits', '--site', 'command.test'];
    const { code, stdout } = await cli(run, stores.env);
    expect([code, lastLine(stdout)]).toEqual([0, String(count)]);
    expect(stdout).toMatch(
      new RegExp(
        '^rows +1200\\n' + 'taken +1200 {2}pageviews of \\d+ days, 2025-01-01 to 2025-01-\\d\\d\\n',
      ),
    );
    expect(lastLine((await cli(run, stores.env)).stdout)).toBe('0');
  }, 120_000);

  test.each([
    [
      'a table that is not there',
      ['--table', 'Nowhere', '--site', 'command.test'],
      'table Nowhere: there is none',
    ],
    [
      'a table of ours',
      ['--table', 'DaybookRows', '--site', 'command.test'],
      'expected the keys pagePath, timestamp, found pk, sk',
    ],
    [
      'a site that is not there',
      ['--table', 'DeployHits', '--site', 'nowhere.test'],
      'site add nowhere.test` makes it',
    ],
  ])('%s is said in one line', async (_, args, said) => {
    const { code, stderr } = await cli(['import', 'dynamodb', ...args], stores.env);
    expect(code).toBe(1);
    expect(stderr.split('\n').filter((line) => line.startsWith('daybook:'))).toEqual([
      expect.stringContaining(said),
    ]);
    expect(stderr).not.toContain('    at ');
  });
});
