import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openMetrics } from '../../src/entry/metrics/metrics.ts';
import { dropReasons } from '../../src/model/drop-reasons.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

let app: RealApp;
/** A moment of a quiet day: what is sent is of it. */
let nowMs = Date.parse('2026-11-20T10:00:00Z');
beforeAll(async () => {
  app = await openRealApp({ clock: () => nowMs });
  await app.post('/api/v1/sites', { domain: 'a.test', timezone: 'UTC' }, { key: app.key });
});
afterAll(() => app.close());

const hit = (u: string) => app.post('/api/event', { n: 'pageview', u, d: 'a.test' });

async function metrics(): Promise<string> {
  const answer = await app.get('/metrics', { key: app.key });
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return answer.text();
}

/** The value of a line, such as `daybook_hits_total{outcome="stored",reason=""}`. */
function numberOf(text: string, line: string): number | undefined {
  const found = text.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

test('hits are counted by what became of them, and timed', async () => {
  await hit('https://a.test/1');
  await hit('https://a.test/2');
  await app.get('/api/event', {
    method: 'POST',
    headers: { 'User-Agent': 'Googlebot/2.1' },
    body: JSON.stringify({ n: 'pageview', u: 'https://a.test/', d: 'a.test' }),
  });
  expect((await app.post('/api/event', { n: 'pageview' })).status).toBe(400);
  const text = await metrics();
  expect(numberOf(text, 'daybook_hits_total{outcome="stored",reason=""}')).toBe(2);
  expect(numberOf(text, 'daybook_hits_total{outcome="dropped",reason="bot"}')).toBe(1);
  expect(numberOf(text, 'daybook_hits_total{outcome="dropped",reason="invalid"}')).toBe(1);
  for (const reason of dropReasons) expect(text).toContain(`reason="${reason}"`);
  expect(numberOf(text, 'daybook_acknowledgement_seconds_count')).toBe(3);
  expect(numberOf(text, 'daybook_http_answers_total{status="4xx"}')).toBe(1);
  // That of this request itself.
  expect(numberOf(text, 'daybook_http_requests_under_way')).toBe(1);
});

test('what waits, what the ledger has, and the machine', async () => {
  nowMs += 86_400_000;
  // The books are up to a second behind.
  const openRows = async () => {
    nowMs += 61_000;
    return numberOf(await metrics(), 'daybook_open_rows');
  };
  await expect.poll(openRows).toBe(2);
  const before = await metrics();
  expect(numberOf(before, 'daybook_days_waiting')).toBe(1);
  const ended = Date.parse('2026-11-21T00:00:00Z') / 1_000;
  expect(numberOf(before, 'daybook_oldest_waiting_day_end_seconds')).toBe(ended);
  expect(numberOf(before, 'daybook_ledger_files')).toBe(0);
  await app.closeDays();
  nowMs += 700_000;
  const after = await metrics();
  expect(numberOf(after, 'daybook_open_rows')).toBe(0);
  expect(numberOf(after, 'daybook_days_waiting')).toBe(0);
  expect(numberOf(after, 'daybook_oldest_waiting_day_end_seconds')).toBeUndefined();
  expect(numberOf(after, 'daybook_ledger_files')).toBeGreaterThan(0);
  expect(numberOf(after, 'daybook_ledger_bytes')).toBeGreaterThan(0);
  expect(numberOf(after, 'daybook_books_short_days')).toBe(0);
  expect(numberOf(after, 'daybook_disk_free_bytes')).toBeGreaterThan(0);
  expect(
    numberOf(after, 'daybook_process_memory_bytes{process="server",kind="own"}'),
  ).toBeGreaterThan(2 ** 20);
});

test('questions are timed by what they ask and how they end', async () => {
  const ask = (metric: string) =>
    app.post(
      '/api/v2/query',
      { site_id: 'a.test', metrics: [metric], date_range: 'all' },
      { key: app.key },
    );
  expect((await ask('visitors')).status).toBe(200);
  expect((await ask('none')).status).toBe(400);
  const text = await metrics();
  const count = (outcome: string) =>
    numberOf(text, `daybook_query_seconds_count{ask="query",outcome="${outcome}"}`);
  expect([count('answered'), count('refused')]).toEqual([1, 1]);
});

test('whoever has no role for all sites gets none', async () => {
  expect((await app.get('/metrics')).status).toBe(401);
});

test('each metric is in the documents with its type, and Grafana asks for none beside them', async () => {
  const text = await metrics();
  const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]);
  const listed = [...read('docs/monitoring.md').matchAll(/^\| `(daybook_\w+)` \| (\w+) \|/gm)];
  const inDocs = listed.map(([, name, type]) => [name, type]);
  const absent = [
    'daybook_oldest_waiting_day_end_seconds',
    ...['daybook_closing_since_seconds', 'daybook_certificate_end_seconds'],
    ...['seconds', 'bytes', 'written_bytes'].map((of) => `daybook_last_backup_${of}`),
  ];
  expect(inDocs.sort()).toEqual([...types, ...absent.map((name) => [name, 'gauge'])].sort());
  const names = new Set(inDocs.map(([name]) => name!));
  const asked = grafanaQueries();
  expect(asked.length).toBeGreaterThan(10);
  for (const query of asked) {
    for (const [name] of query.matchAll(/daybook_\w+/g))
      expect([query, names.has(name.replace(/_bucket$/, ''))]).toEqual([query, true]);
    for (const [, name, labels] of query.matchAll(/(daybook_\w+)\{([^}]*)\}/g))
      for (const [, label] of labels!.matchAll(/(\w+)="/g))
        expect([query, hasLabel(text, name!, label!)]).toEqual([query, true]);
  }
});

const hasLabel = (text: string, name: string, label: string) =>
  new RegExp(`^${name}\\{[^}]*${label}="`, 'm').test(text);

function grafanaQueries(): string[] {
  const { panels } = JSON.parse(read('deploy/grafana/daybook.json'));
  return panels.flatMap(({ targets }: { targets: { expr: string }[] }) =>
    targets.map(({ expr }) => expr),
  );
}

test('when the certificate of --https ends, and when closing was begun', async () => {
  const goodUntil = Date.parse('2026-12-01T00:00:00Z');
  const { text } = await openMetrics().expose({
    state: {
      upkeep: async () => ({
        ...{ openRows: 0, daysWaiting: 0, oldestWaitingMs: undefined, lastClosedMs: undefined },
      }),
      holdings: async () => ({ files: 0, bytes: 0, missing: undefined, short: new Map() }),
      ...{ files: async () => 'denied', disk: async () => undefined },
    },
    ...{ memory: () => ({ limitBytes: 1, processes: [] }), clockProblem: () => undefined },
    ...{ isClosing: () => true, closingSinceMs: () => 5_000, failedCloses: () => 0 },
    ...{ failedReports: () => 0, troubles: { of: () => undefined }, backups: () => undefined },
    notReady: async () => undefined,
    certificate: () => ({
      ...{ names: ['a.test'], authority: '', next_try: '' },
      good_until: new Date(goodUntil).toISOString(),
    }),
  });
  expect(numberOf(text, 'daybook_certificate_end_seconds')).toBe(goodUntil / 1_000);
  expect(numberOf(text, 'daybook_closing_since_seconds')).toBe(5);
  // Nobody can say how many are missing.
  expect(numberOf(text, 'daybook_files_reachable')).toBe(0);
  expect(numberOf(text, 'daybook_ledger_missing_files')).toBeUndefined();
});

test('/health says to an admin of all sites how it does', async () => {
  expect((await app.get('/health')).status).toBe(401);
  const health = await (await app.get('/health', { key: app.key })).json();
  expect(health).toMatchObject({
    closing: { running: false, days_waiting: 0, failures: 0, last_closed: expect.any(String) },
    books: { open_rows: 0, short_days: [] },
    hits: { stored: 2, dropped: { bot: 1, invalid: 1 }, by_site: { 'a.test': 3, '-': 1 } },
    requests: { under_way: 1 },
    queries: [],
  });
  expect(health.disk.free_bytes).toBeGreaterThan(0);
});

test('who fails gets the request’s id: a proxy’s, or one that is made', async () => {
  const idOf = async (given?: string) => {
    const headers: Record<string, string> = given === undefined ? {} : { 'X-Request-Id': given };
    return (await app.get('/api/hits?site=none', { headers })).headers.get('x-request-id');
  };
  expect(await idOf('0f8fad5b-d9cb-469f-a165-70867728950e')).toBe(
    '0f8fad5b-d9cb-469f-a165-70867728950e',
  );
  for (const given of [undefined, '203.0.113.9', 'a'.repeat(65), 'dbk_0f8fad5bd9cb469f'])
    expect(await idOf(given)).toMatch(/^[0-9a-f]{32}$/);
  expect((await app.get('/health/live')).headers.get('x-request-id')).toBeNull();
});
