import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  closeRights,
  collectRights,
  type Right,
  reportRights,
} from '../../../deploy/aws/lib/rights.ts';
import { hashSecret } from '../../../src/account/owner.ts';
import { openRecorder, type Recorded, type Recorder } from '../../support/lambda/recorder.ts';
import { openStack, type Stack } from '../../support/lambda/stack.ts';
import { chrome } from '../../support/real-app.ts';

// There is no AWS here that could refuse a request. So the functions' requests are compared with
// the rights that the deployment gives them.
const key = 'the-key-of-the-owner';
const table = 'DaybookRows';
const arns = { table, salts: `${table}-salts`, bucket: 'daybook-files' };
const rights = {
  collect: collectRights(arns),
  report: reportRights(arns),
  close: closeRights(arns),
};

const recorders: Partial<Record<string, Recorder>> = {};
let stack: Stack;
beforeAll(async () => {
  stack = await openStack(
    { DAYBOOK_OWNER_KEY_HASH: hashSecret(key) },
    {
      async dynamoOf(dynamoUrl, name) {
        const recorder = await openRecorder(dynamoUrl);
        recorders[name] = recorder;
        return recorder.url;
      },
    },
  );
  const { url } = await stack.gateway({ payload: '2.0' });
  const owner = (method: string, path: string, body?: unknown) =>
    fetch(url + path, {
      method,
      headers: { Authorization: `Bearer ${key}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const send = async (body: object, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/api/event`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'User-Agent': chrome, ...headers },
    });
    expect(answer.status).toBe(202);
  };
  await owner('POST', '/api/v1/sites', { domain: 'a.test', open: true });
  const pageview = { n: 'pageview', u: 'https://a.test/', d: 'a.test' };
  await send(pageview, { Authorization: `Bearer ${key}`, 'X-Forwarded-For': '203.0.113.1' });
  await send(pageview);
  await send({ ...pageview, d: 'a.test,nowhere.test' });
  await send(pageview, { 'User-Agent': 'curl/8.0' });
  await send({
    n: 'engagement',
    u: 'https://a.test/',
    d: 'a.test',
    e: 5_000,
    sd: 40,
    a: 40 * 3_600_000,
  });
  const yesterdays = { ...pageview, id: uuidOf(Date.now() - 20 * 3_600_000) };
  await send(yesterdays, { Authorization: `Bearer ${key}` });
  // Looked up in both days, and its day claimed.
  await send({ ...pageview, id: 'of yesterday', a: 23 * 3_600_000 });
  const events = (bearer: string) =>
    fetch(`${url}/api/events`, {
      method: 'POST',
      body: JSON.stringify({ events: [{ ...pageview, timestamp: '2026-01-01T10:00:00Z' }] }),
      headers: { Authorization: `Bearer ${bearer}` },
    });
  const made = await owner('POST', '/api/v1/keys', { name: 'a shop', scope: 'write' });
  const { key: shops } = (await made.json()) as { readonly key: string };
  for (const [bearer, status] of [
    [key, 200],
    [shops, 200],
    ['dbk_none', 401],
  ] as const)
    expect((await events(bearer)).status).toBe(status);
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  for (const path of [
    '/analytics',
    '/api/hits?site=a.test',
    '/api/books?site=a.test',
    '/api/v1/sites',
    '/api/drops?site=a.test',
  ])
    expect((await owner('GET', path)).status, path).toBe(200);
  const query = { site_id: 'a.test', metrics: ['visitors'], date_range: '7d' };
  expect((await owner('POST', '/api/v2/query', query)).status).toBe(200);
  const signedIn = await fetch(`${url}/api/session`, {
    method: 'POST',
    body: JSON.stringify({ key }),
  });
  const Cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
  await fetch(`${url}/api/session`, { headers: { Cookie } });
  const { pass } = (await (await owner('POST', '/api/v1/sites/a.test/visitor-pass')).json()) as {
    readonly pass: string;
  };
  const visitors = await fetch(`${url}/api/v1/visitors`, {
    method: 'POST',
    body: JSON.stringify({ pass, address: '203.0.113.1', user_agent: chrome }),
  });
  expect(visitors.status).toBe(200);
  await fetch(`${url}/api/session`, { method: 'DELETE', headers: { Cookie } });
  await owner('PUT', '/api/v1/sites/a.test', { timezone: 'Europe/Berlin' });
  await (await stack.fn('close')).invoke({});
  expect((await owner('DELETE', '/api/v1/sites/a.test?now=true')).status).toBe(200);
});
afterAll(async () => {
  await stack?.close();
  for (const recorder of Object.values(recorders)) await recorder!.close();
});

describe.each(['collect', 'report', 'close'] as const)('%s', (name) => {
  test('asks for nothing that it has no right to', () => {
    const { requests } = recorders[name]!;
    expect(requests.length).toBeGreaterThan(5);
    const refused = requests.flatMap((request) =>
      partsOf(request).filter((part) => !isAllowed(part, rights[name])),
    );
    expect(refused).toEqual([]);
  });

  test('uses every right to its tables, so none is unneeded', () => {
    const used = new Set(
      recorders[name]!.requests.flatMap((request) =>
        partsOf(request).map((part) => `${part.action} ${part.table}`),
      ),
    );
    const given = rights[name].flatMap(({ actions, resources }) =>
      actions.map((action) => `${action.replace('dynamodb:', '')} ${resources[0]}`),
    );
    const unused = given.filter((one) => !one.startsWith('s3:') && !used.has(one));
    // These actions are not needed in every run, such as adding to a counter, or several rows at
    // once.
    expect(
      unused.filter((one) => !/^(UpdateItem|BatchWriteItem|DeleteItem|PutItem) /.test(one)),
    ).toEqual([]);
  });
});

test('the rights refuse', () => {
  const part = (action: string, partition: string, of = table) => ({
    action,
    table: of,
    partitions: [partition],
  });
  const hits = part('Query', 'hit/abc/2026-11-22/0');
  expect(isAllowed(hits, rights.collect)).toBe(false);
  expect(isAllowed({ ...hits, attributes: ['pk', 'sk'] }, rights.collect)).toBe(true);
  expect(isAllowed({ ...hits, attributes: ['pk', 'value'] }, rights.collect)).toBe(false);
  expect(isAllowed(part('GetItem', 'sessions'), rights.collect)).toBe(false);
  expect(isAllowed(part('PutItem', 'owner'), rights.collect)).toBe(false);
  expect(isAllowed(part('GetItem', 'abc', arns.salts), rights.report)).toBe(false);
  expect(
    isAllowed({ ...part('Query', 'abc', arns.salts), attributes: ['pk', 'salt'] }, rights.report),
  ).toBe(false);
  expect(isAllowed(part('Scan', ''), rights.close)).toBe(false);
});

/** What IAM checks: action, table, leading keys, and the attributes where a request names some. */
type Part = {
  readonly action: string;
  readonly table: string;
  readonly partitions: readonly string[];
  readonly attributes?: readonly string[];
};

function partsOf({ action, body }: Recorded): Part[] {
  if (action === 'BatchWriteItem') {
    type Write = { readonly PutRequest?: { Item: Item }; readonly DeleteRequest?: { Key: Item } };
    return Object.entries(body['RequestItems'] as Record<string, Write[]>).map(([of, writes]) => ({
      action,
      table: of,
      partitions: writes.map(
        ({ PutRequest, DeleteRequest }) => (PutRequest?.Item ?? DeleteRequest!.Key).pk.S,
      ),
    }));
  }
  const item = (body['Key'] ?? body['Item']) as Item | undefined;
  const values = body['ExpressionAttributeValues'] as Record<string, { S: string }> | undefined;
  const queried = /pk = (:\w+)/.exec(String(body['KeyConditionExpression'] ?? ''))?.[1];
  const partition = item?.pk.S ?? (queried === undefined ? undefined : values?.[queried]?.S);
  const projection = body['ProjectionExpression'] as string | undefined;
  return [
    {
      action,
      table: String(body['TableName']),
      partitions: partition === undefined ? [] : [partition],
      ...(projection !== undefined && { attributes: projection.split(/,\s*/) }),
    },
  ];
}
type Item = { readonly pk: { readonly S: string } };

function isAllowed(part: Part, given: readonly Right[]): boolean {
  return given.some(
    ({ actions, resources, conditions }) =>
      actions.includes(`dynamodb:${part.action}`) &&
      resources.includes(part.table) &&
      Object.entries(conditions ?? {}).every(([operator, values]) => holds(part, operator, values)),
  );
}

function holds(
  { partitions, attributes }: Part,
  operator: string,
  values: NonNullable<Right['conditions']>[string],
): boolean {
  const [[name, wanted]] = Object.entries(values) as [[string, string | readonly string[]]];
  const patterns = [wanted]
    .flat()
    .map((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`));
  const all = (found: readonly string[]) =>
    found.every((text) => patterns.some((pattern) => pattern.test(text)));
  if (operator === 'ForAllValues:StringLike' && name === 'dynamodb:LeadingKeys')
    return all(partitions);
  if (operator === 'ForAllValues:StringEquals' && name === 'dynamodb:Attributes')
    return all(attributes ?? ['salt']);
  if (operator === 'StringEqualsIfExists' && name === 'dynamodb:Select')
    return attributes !== undefined;
  throw new Error(`a condition that this test does not know: ${operator} ${name}`);
}

/** A UUIDv7 of this time. */
function uuidOf(ms: number): string {
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
