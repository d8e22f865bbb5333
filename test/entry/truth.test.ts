import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examine } from '../../src/entry/doctor/doctor.ts';
import type { Finding } from '../../src/entry/doctor/finding.ts';
import { openHome } from '../../src/entry/home.ts';
import { openTroubles } from '../../src/entry/troubles.ts';
import { dayMs, hourMs, minuteMs } from '../../src/lib/clock.ts';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.ts';
import { openRealApp, type RealApp } from '../support/real-app.ts';
import { freePort } from '../support/real-process.ts';

/**
 * What `daybook doctor`, `/metrics` and `/health` say while something is wrong, and when it is right
 * again: the table in docs/monitoring.md. A disk that is full: `full-disk-truth.extra.test.ts`.
 */
const startMs = Date.parse('2026-11-20T10:00:00Z');

// biome-ignore lint/suspicious/noExplicitAny: the assertions check its shape
type Json = any;

async function healthOf(app: RealApp): Promise<Json> {
  return (await app.get('/health', { key: app.key })).json();
}

async function metricsOf(app: RealApp): Promise<Record<string, number>> {
  const text = await (await app.get('/metrics', { key: app.key })).text();
  const lines = text.split('\n').filter((line) => /^daybook_\w+ /.test(line));
  return Object.fromEntries(
    lines.map((line) => line.split(' ')).map(([name, value]) => [name, Number(value)]),
  );
}

const isWrong = ({ state }: Finding) => state === 'wrong';

/** Of the machine; a clock that is wrong differs from it. */
let upMs = 50 * hourMs;

async function wrongBy(
  data: string,
  nowMs: number,
  env: NodeJS.ProcessEnv = {},
): Promise<Record<string, string>> {
  const port = String(await freePort());
  const findings = await examine({
    ...{ data, nowMs, uptimeMs: () => upMs, env: { PORT: port, ...env } },
  });
  return Object.fromEntries(findings.filter(isWrong).map(({ check, says }) => [check, says]));
}

const addHit = async (app: RealApp) => {
  const answer = await app.post('/api/event', {
    ...{ n: 'pageview', u: 'https://a.test/', d: 'a.test' },
  });
  expect(answer.status).toBe(202);
};

const ask = (app: RealApp) =>
  app.post(
    '/api/v2/query',
    { site_id: 'a.test', metrics: ['pageviews'], date_range: 'all' },
    { key: app.key },
  );

describe('on one machine', () => {
  let app: RealApp;
  let nowMs = startMs;
  const pass = (ms: number) => {
    nowMs += ms;
    upMs += ms;
  };

  beforeAll(async () => {
    app = await openRealApp({ clock: () => nowMs, uptimeMs: () => upMs });
    await app.post('/api/v1/sites', { domain: 'a.test', timezone: 'UTC' }, { key: app.key });
    await addHit(app);
  });
  afterAll(() => app.close());

  const ledgerFiles = async () => {
    const ledger = join(app.data, 'files', 'ledger');
    return (await readdir(ledger, { recursive: true }))
      .filter((name) => name.endsWith('.parquet'))
      .map((name) => join(ledger, name));
  };

  test('all is well', async () => {
    expect(await healthOf(app)).toMatchObject({
      hits_can_be_stored: true,
      closing: { running: false, days_waiting: 0, failures: 0 },
      reports: { failures: 0 },
      ledger: { files: 0, missing_files: 0, damaged_reports: 0 },
    });
    expect(await metricsOf(app)).toMatchObject({
      ...{ daybook_ready: 1, daybook_files_reachable: 1, daybook_ledger_missing_files: 0 },
      ...{ daybook_clock_wrong: 0, daybook_failed_closes_total: 0, daybook_closing: 0 },
    });
    expect(await wrongBy(app.data, nowMs)).toEqual({});
  });

  test('a day is overdue, and closing fails each time', async () => {
    pass(2 * dayMs);
    await addHit(app);
    // A file stands where its folder should be.
    const inTheWay = join(app.data, 'files', 'ledger');
    await rm(inTheWay, { recursive: true, force: true });
    await writeFile(inTheWay, '');
    for (const times of [1, 2]) {
      await expect(app.closeDays()).rejects.toThrow('could not be closed');
      expect((await healthOf(app)).closing.failures).toBe(times);
    }
    pass(hourMs);
    expect((await healthOf(app)).closing).toMatchObject({
      ...{ running: false, days_waiting: 1, failures: 2 },
      oldest_waiting: '2026-11-21T00:00:00.000Z',
      problem: expect.stringMatching(/^a\.test 2026-11-20: close failed: .*ledger/),
      problem_since: new Date(startMs + 2 * dayMs).toISOString(),
    });
    expect(await metricsOf(app)).toMatchObject({
      ...{ daybook_failed_closes_total: 2, daybook_days_waiting: 1, daybook_closing: 0 },
      daybook_oldest_waiting_day_end_seconds: Date.parse('2026-11-21T00:00:00Z') / 1_000,
    });
    expect((await wrongBy(app.data, nowMs))['closing']).toMatch(
      /^1 days wait to be closed, one since 35 hours; it fails since 60 minutes: a\.test/,
    );
    await rm(inTheWay);
    await app.closeDays();
    pass(11 * minuteMs);
    expect((await healthOf(app)).closing.problem).toBeUndefined();
    expect(await metricsOf(app)).toMatchObject({ daybook_days_waiting: 0 });
    expect(await wrongBy(app.data, nowMs)).toEqual({});
  });

  test('a file of the ledger is gone', async () => {
    const [path] = await ledgerFiles();
    const { readFile } = await import('node:fs/promises');
    const whole = await readFile(path!);
    await rm(path!);
    pass(11 * minuteMs);
    expect((await healthOf(app)).ledger).toMatchObject({
      missing_files: 1,
      missing: [expect.stringMatching(/^ledger\/.*\.parquet$/)],
    });
    expect(await metricsOf(app)).toMatchObject({
      ...{ daybook_ledger_missing_files: 1, daybook_files_reachable: 1 },
    });
    expect((await wrongBy(app.data, nowMs))['files']).toContain('is missing');
    await writeFile(path!, whole);
    pass(11 * minuteMs);
    expect(await metricsOf(app)).toMatchObject({ daybook_ledger_missing_files: 0 });
  });

  test('a file has other bytes, as many: whoever reads it says so', async () => {
    const paths = await ledgerFiles();
    const { readFile } = await import('node:fs/promises');
    const before = await Promise.all(paths.map((path) => readFile(path)));
    await Promise.all(
      paths.map((path, i) => writeFile(path, Buffer.alloc(before[i]!.length, 'x'))),
    );
    await app.restart();
    expect((await ask(app)).status).toBe(500);
    expect((await healthOf(app)).ledger).toMatchObject({
      ...{ missing_files: 0, damaged_reports: 1, damage: expect.stringContaining('.parquet') },
    });
    const text = await (await app.get('/metrics', { key: app.key })).text();
    expect(text).toMatch(/^daybook_damaged_reports_total 1$/m);
    expect(text).toMatch(/^daybook_query_seconds_count\{ask="query",outcome="failed"\} 1$/m);
    expect(await wrongBy(app.data, nowMs)).toEqual({});
    const env = { PORT: String(await freePort()) };
    const full = await examine({ data: app.data, nowMs, env, isFull: true });
    expect(full.filter(isWrong).map(({ check }) => check)).toContain('verify');
    await Promise.all(paths.map((path, i) => writeFile(path, before[i]!)));
    await app.restart();
  });

  test('the clock is behind the newest row', async () => {
    const rightMs = nowMs;
    nowMs -= dayMs;
    // It is noticed when the time is looked at next.
    await app.restart();
    expect((await healthOf(app)).clock).toContain('behind');
    expect(await metricsOf(app)).toMatchObject({ daybook_clock_wrong: 1 });
    expect((await wrongBy(app.data, nowMs))['clock']).toContain('behind');
    nowMs = rightMs;
    await app.restart();
    expect((await healthOf(app)).clock).toBeUndefined();
    expect(await metricsOf(app)).toMatchObject({ daybook_clock_wrong: 0 });
  });

  test('what fails where only the server sees it is noted for the doctor', async () => {
    const home = await openHome(app.data, () => nowMs, {});
    try {
      const troubles = openTroubles(home, () => nowMs);
      troubles.failed('reports', 'the report process ended (SIGKILL)');
      pass(3 * hourMs);
      troubles.failed('reports', 'the report process ended (SIGKILL)');
      await troubles.written();
      expect((await wrongBy(app.data, nowMs))['reports']).toBe(
        'no question was answered since 3 hours, 2 times: the report process ended (SIGKILL)',
      );
      troubles.works('reports');
      await troubles.written();
      expect(await wrongBy(app.data, nowMs)).toEqual({});
    } finally {
      await home.close();
    }
  });

  test('the place of backups is gone, and the last one is older than was asked for', async () => {
    const home = await openHome(app.data, () => nowMs, {});
    const last = { atMs: nowMs, doneMs: nowMs, bytes: 1, writtenBytes: 1 };
    await home.rows.append([{ partition: 'backup', sort: 'last', value: JSON.stringify(last) }]);
    await home.close();
    expect(await wrongBy(app.data, nowMs)).toEqual({});
    const env = { DAYBOOK_BACKUP_TO: join(app.data, 'none'), DAYBOOK_BACKUP_EVERY: '1h' };
    expect((await wrongBy(app.data, nowMs, env))['backup']).toContain('cannot be read: ENOENT');
    expect((await wrongBy(app.data, nowMs + 4 * hourMs, env))['backup']).toBe(
      'the last one is 4 hours old',
    );
    expect(await wrongBy(app.data, nowMs + 4 * hourMs)).not.toHaveProperty('backup');
  });
});

describe('a server on AWS', () => {
  let stores: AwsStores;
  let s3: FaultProxy;
  let app: RealApp;
  let nowMs = startMs;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    stores = await openAwsStores({ clock: () => nowMs });
    s3 = await openFaultProxy(stores.s3Url);
    env = { ...stores.env, AWS_ENDPOINT_URL_S3: s3.url };
    app = await openRealApp({ clock: () => nowMs, env });
    await app.post('/api/v1/sites', { domain: 'a.test', timezone: 'UTC' }, { key: app.key });
    await addHit(app);
  });
  afterAll(async () => {
    await app.close();
    await s3.close();
    await stores.close();
  });

  test('S3 is lost: hits are taken, files are not reached, days are not closed', async () => {
    expect((await healthOf(app)).ledger).toMatchObject({ files: 0, missing_files: 0 });
    s3.plan('denied');
    nowMs += 2 * dayMs;
    await addHit(app);
    const health = await healthOf(app);
    expect(health).toMatchObject({ hits_can_be_stored: true, closing: { days_waiting: 1 } });
    expect(health.ledger.problem).toMatch(/listed|denied/i);
    expect(health.ledger.missing_files).toBeUndefined();
    expect(await metricsOf(app)).toMatchObject({ daybook_ready: 1, daybook_files_reachable: 0 });
    expect((await app.get('/health/ready')).status).toBe(200);
    await expect(app.closeDays()).rejects.toThrow('could not be closed');
    expect((await healthOf(app)).closing.problem).toMatch(/close failed/);
    const found = await wrongBy(app.data, nowMs, env);
    expect(found).toEqual({ data: expect.stringContaining('the right to s3:ListBucket') });
    s3.plan(undefined);
    nowMs += hourMs;
    // As long as the store fails, a file is tried again: closing does not come to its end.
    expect((await healthOf(app)).ledger.problem).toBeUndefined();
    s3.plan('failed');
    const closing = app.closeDays();
    await expect.poll(() => s3.met()).toBeGreaterThan(0);
    expect((await healthOf(app)).closing).toMatchObject({
      ...{ running: true, running_since: new Date(nowMs).toISOString(), days_waiting: 1 },
    });
    expect(await metricsOf(app)).toMatchObject({
      ...{ daybook_closing: 1, daybook_closing_since_seconds: nowMs / 1_000 },
      daybook_oldest_waiting_day_end_seconds: Date.parse('2026-11-21T00:00:00Z') / 1_000,
    });
    s3.plan(undefined);
    await closing;
    nowMs += dayMs / 2;
    const after = await healthOf(app);
    expect(after.ledger).toMatchObject({ missing_files: 0, files: expect.any(Number) });
    expect(after.closing).toMatchObject({ running: false, days_waiting: 0 });
    expect(after.ledger.problem).toBeUndefined();
    expect(after.ledger.files).toBeGreaterThan(0);
    expect(await metricsOf(app)).toMatchObject({ daybook_files_reachable: 1 });
    expect((await wrongBy(app.data, nowMs, env))['closing']).toBeUndefined();
  });
});
