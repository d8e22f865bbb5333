import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readClassicTable } from '../../../src/home/aws/classic.ts';
import { readSettings } from '../../../src/home/aws/settings.ts';
import { type AwsStores, openAwsStores } from '../../support/aws-stores.ts';
import { type Browser, openBrowser } from '../../support/browser/browser.ts';
import { type FaultProxy, openFaultProxy } from '../../support/fault-proxy.ts';
import {
  type Built,
  buildFunctions,
  type RunningFunction,
  startFunction,
} from '../../support/lambda/functions.ts';
import { type Gateway, openGateway } from '../../support/lambda/gateway.ts';
import { openRightsProxy, type RightsProxy } from '../../support/lambda/rights-proxy.ts';
import { chrome } from '../../support/real-app.ts';
import { openWebsite, type Website } from '../../support/website.ts';

// The course's own way: a table `DeployHits` with the keys pagePath and timestamp, a role from the
// template "Simple microservice permissions", a function without environment variables, an open
// API.
const simpleMicroservice = ['DeleteItem', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'];

let stores: AwsStores;
let dynamo: DynamoDBClient;
let faults: FaultProxy;
let rights: RightsProxy;
let built: Built;
let fn: RunningFunction;
const gateways = new Map<string, Gateway>();
const opened: { close(): Promise<void> }[] = [];

/** What Lambda itself sets, and where AWS is here. */
const lambdaEnv = (dynamoUrl: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'S3RVER',
  AWS_SECRET_ACCESS_KEY: 'S3RVER',
  AWS_ENDPOINT_URL_DYNAMODB: dynamoUrl,
});

async function makeTable(name: string, hash: string, range: string, type: 'S' | 'N') {
  const command = new CreateTableCommand({
    TableName: name,
    KeySchema: [
      { AttributeName: hash, KeyType: 'HASH' },
      { AttributeName: range, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: hash, AttributeType: 'S' },
      { AttributeName: range, AttributeType: type },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await dynamo.send(command);
}

beforeAll(async () => {
  [stores, built] = await Promise.all([openAwsStores(), buildFunctions()]);
  const { region, dynamoEndpoint, credentials } = readSettings(stores.env, '');
  dynamo = new DynamoDBClient({
    ...{ region: region!, endpoint: dynamoEndpoint!, credentials: credentials! },
  });
  await makeTable('DeployHits', 'pagePath', 'timestamp', 'N');
  faults = await openFaultProxy(stores.dynamoUrl);
  rights = await openRightsProxy(faults.url, 'DeployHits', simpleMicroservice);
  fn = await startFunction(built.folder('analytics'), lambdaEnv(rights.url));
  for (const payload of ['1.0', '2.0', 'REST'] as const) {
    const route = (_: string, path: string) =>
      path === '/analytics' ? (event: unknown) => fn.invoke(event) : undefined;
    gateways.set(payload, await openGateway({ payload, stage: 'default', route }));
  }
});
afterAll(async () => {
  for (const one of opened) await one.close();
  for (const gateway of gateways.values()) await gateway.close();
  await fn?.end();
  await rights?.close();
  await faults?.close();
  dynamo?.destroy();
  await built?.remove();
  await stores?.close();
});

const urlOf = (payload = '2.0') => `${gateways.get(payload)!.url}/default/analytics`;
const post = (body: unknown, payload?: string) =>
  fetch(urlOf(payload), {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

type Scanned = {
  Items: Record<string, unknown>[];
  Count: number;
  ScannedCount: number;
  LastEvaluatedKey?: string;
};

async function scan(query = ''): Promise<Scanned> {
  const answer = await fetch(urlOf() + query);
  expect(answer.status).toBe(200);
  return (await answer.json()) as Scanned;
}

async function itemsOf(page: string) {
  return (await scan()).Items.filter(({ pagePath }) => pagePath === page);
}

const sent = {
  platform: 'MacIntel',
  userAgent: chrome,
  language: 'en-US',
  location: { latitude: 38.0307484, longitude: -78.5077828 },
};

describe.each(['1.0', '2.0', 'REST'])('with events of payload %s', (payload) => {
  test('a hit is an item as it was sent, with unknown fields', async () => {
    const pathname = `/${payload}/ü %c3`;
    const more = { note: ['as', 1, null, { deep: true }], empty: '', tiny: 1e-100 };
    const answer = await post({ pathname, ...sent, ...more }, payload);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    const nowSeconds = Date.now() / 1_000;
    const timestamp = expect.closeTo(nowSeconds, -1.5);
    expect(await itemsOf(pathname)).toEqual([{ pagePath: pathname, timestamp, ...sent, ...more }]);
  });

  test('other methods are 400, and a preflight passes', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const answer = await fetch(urlOf(payload), { method });
      expect([answer.status, await answer.json()]).toEqual([
        400,
        { message: `expected GET or POST, got ${method}` },
      ]);
    }
    const headers = {
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type',
      Origin: 'https://a.test',
    };
    const answer = await fetch(urlOf(payload), { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-headers')).toBe('content-type');
  });
});

test('whoever sends it: a robot, a script, nothing', async () => {
  for (const userAgent of ['Googlebot/2.1', 'curl/8.5.0', '', undefined])
    expect((await post({ pathname: '/robot', userAgent })).status).toBe(200);
  expect((await itemsOf('/robot')).length).toBe(4);
});

test('two hits of one page at one instant are two items', async () => {
  await Promise.all(Array.from({ length: 30 }, (_, n) => post({ pathname: '/at-once', n })));
  const items = await itemsOf('/at-once');
  expect(items.map(({ n }) => Number(n)).sort((a, b) => a - b)).toEqual(
    Array.from({ length: 30 }, (_, n) => n),
  );
  expect(new Set(items.map(({ timestamp }) => timestamp)).size).toBe(30);
});

test.each(['lost', 'cut', 'reset', 'failed', 'throttled'] as const)(
  'an answer that is %s: the hit is tried again and is one item',
  async (fault) => {
    faults.plan(fault, 2);
    const answer = await post({ pathname: `/${fault}` });
    faults.plan(undefined);
    expect(answer.status).toBe(200);
    expect((await itemsOf(`/${fault}`)).length).toBe(1);
  },
);

test.each([
  ['', 'expected a JSON object, got nothing'],
  ['{"language":"en"}', 'pathname: expected the path of the page'],
  ['{"pathname":"/","platform":7}', 'platform: expected a text'],
  ['{"pathname":"/","n":1e300}', 'n: expected a number that DynamoDB can hold'],
  [`{"pathname":"/","d":${'['.repeat(40)}${']'.repeat(40)}}`, 'd: expected at most 32 levels'],
])('the body %s is refused', async (body, message) => {
  const answer = await post(body);
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { message: expect.stringContaining(message) },
  ]);
});

test('what a start key must be is said', async () => {
  const answer = await fetch(`${urlOf()}?ExclusiveStartKey=x`);
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { message: expect.stringContaining('ExclusiveStartKey: expected the LastEvaluatedKey') },
  ]);
});

describe("the course's clients", () => {
  // A browser offers gzip, and a REST API would hand it on as base64.
  const endpoint = () => JSON.stringify(urlOf('REST'));
  let browser: Browser;
  let site: Website;
  beforeAll(async () => {
    browser = await openBrowser();
    const hit = `{ pathname: location.pathname, language: navigator.language,
      platform: navigator.platform, userAgent: navigator.userAgent }`;
    const done = "document.title = 'done'";
    site = await openWebsite({
      '/fetched': `<!doctype html><title>sending</title><script>
        fetch(${endpoint()}, { method: 'POST', body: JSON.stringify(${hit}) })
          .then(() => { ${done} });</script>`,
      '/visualization.html': `<!doctype html><title>reading</title><ul id="bars"></ul><script>
        fetch(${endpoint()}).then((answer) => answer.json()).then(({ Items }) => {
          const counts = {};
          for (const { pagePath } of Items) counts[pagePath] = (counts[pagePath] ?? 0) + 1;
          bars.innerHTML = Object.keys(counts).sort().map((path) =>
            '<li title="' + path + '">' + counts[path] + '</li>').join('');
          ${done};
        });</script>`,
    });
    opened.push(browser, site);
  });

  test("a page's fetch, then its visualization.html, fed by the function", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    for (const path of ['/fetched', '/fetched', '/visualization.html']) {
      await page.goto(`${site.url}${path}`);
      await page.waitForFunction("document.title === 'done'");
    }
    expect(await page.locator('li[title="/fetched"]').textContent()).toBe('2');
    await context.close();
    const [first] = await itemsOf('/fetched');
    expect(first).toMatchObject({
      language: 'en-GB',
      userAgent: expect.stringContaining('Chrome'),
    });
  });

  test('a Django view that passes the body on', async () => {
    // As requests.post(url, json=...) sends it from a view.
    const answer = await fetch(urlOf('1.0'), {
      method: 'POST',
      headers: {
        'User-Agent': 'python-requests/2.32.3',
        Accept: '*/*',
        'Content-Type': 'application/json',
      },
      body: '{"pathname": "/django", "language": "de-CH", "platform": "Win32", "userAgent": "Browser"}',
    });
    expect(answer.status).toBe(200);
    expect(await itemsOf('/django')).toEqual([
      {
        ...{ pagePath: '/django', timestamp: expect.any(Number), language: 'de-CH' },
        ...{ platform: 'Win32', userAgent: 'Browser' },
      },
    ]);
  });
});

// Last: from here on, one answer does not have all items.
test('an answer ends before 6 MB, and goes on where it ended', async () => {
  const pad = 'ü'.repeat(7_500);
  for (let i = 0; i < 16; i++)
    await Promise.all(
      Array.from({ length: 25 }, (_, n) => post({ pathname: `/long/${i}/${n}`, pad })),
    );
  const paths: unknown[] = [];
  let [pages, after] = [0, ''];
  for (;;) {
    const page = await scan(after === '' ? '' : `?ExclusiveStartKey=${encodeURIComponent(after)}`);
    expect([page.Count, page.ScannedCount]).toEqual([page.Items.length, page.Items.length]);
    paths.push(...page.Items.map(({ pagePath }) => pagePath));
    pages++;
    if (page.LastEvaluatedKey === undefined) break;
    after = page.LastEvaluatedKey;
  }
  expect(pages).toBeGreaterThan(1);
  const long = paths.filter((path) => String(path).startsWith('/long/'));
  expect([long.length, new Set(long).size]).toEqual([400, 400]);
  const few = await scan('?Limit=3');
  expect([few.Count, typeof few.LastEvaluatedKey]).toEqual([3, 'string']);
});

test('the table holds nothing but hits, and can be taken over', async () => {
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: 'DeployHits' }));
  for (const item of Items) {
    expect(item['pagePath']?.S).toMatch(/^\//);
    expect(item['timestamp']?.N).toMatch(/^\d{10}(\.\d{1,6})?$/);
    expect(item['daybookId']?.S).toMatch(/^[0-9a-f]{16}$/);
  }
  const settings = readSettings(stores.env, '');
  const pages = readClassicTable(settings, 'DeployHits', Date.now, undefined);
  for await (const { rows } of pages)
    for (const { more } of rows) expect(more).not.toHaveProperty('daybookId');
});

test('nothing was asked that the role does not allow, but which kind of table it is', () => {
  expect(rights.refused).toEqual([]);
  expect(fn.log()).toBe('');
});

describe('a function that lacks what it needs says the one thing to do', () => {
  const invoke = async (env: NodeJS.ProcessEnv) => {
    const lacking = await startFunction(built.folder('analytics'), env);
    const event = { rawPath: '/', requestContext: { http: { method: 'GET' } }, version: '2.0' };
    const answer = (await lacking.invoke(event)) as { statusCode: number; body: string };
    await lacking.end();
    return [answer.statusCode, (JSON.parse(answer.body) as { message: string }).message] as const;
  };

  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ["one of Daybook's tables without a site", { DAYBOOK_TABLE: 'DaybookRows' }, /DAYBOOK_SITE to/],
    ['no table', { DAYBOOK_TABLE: 'Nowhere' }, /table Nowhere: there is none of that name/],
    ['other keys', { DAYBOOK_TABLE: 'Others' }, /expected the partition key pagePath \(String\)/],
    ['keys of another type', { DAYBOOK_TABLE: 'Texts' }, /the sort key timestamp \(Number\)/],
  ])('%s: 503', async (_, env, message) => {
    if (env['DAYBOOK_TABLE'] === 'Others') await makeTable('Others', 'id', 'at', 'N');
    if (env['DAYBOOK_TABLE'] === 'Texts') await makeTable('Texts', 'pagePath', 'timestamp', 'S');
    const answer = await invoke({ ...lambdaEnv(stores.dynamoUrl), ...env });
    expect(answer).toEqual([503, expect.stringMatching(message)]);
  });

  test('a role without rights: 503 that names the right', async () => {
    const none = await openRightsProxy(stores.dynamoUrl, 'DeployHits', []);
    opened.push(none);
    const answer = await invoke(lambdaEnv(none.url));
    expect(answer).toEqual([
      503,
      expect.stringMatching(/the right to dynamodb:GetItem is missing/),
    ]);
  });

  test("one of Daybook's tables that has a site needs no DAYBOOK_SITE", async () => {
    const env = { ...lambdaEnv(stores.dynamoUrl), DAYBOOK_TABLE: 'DaybookRows' };
    await invoke({ ...env, DAYBOOK_SITE: 'own.test' });
    expect((await invoke(env))[0]).toBe(200);
  });
});
