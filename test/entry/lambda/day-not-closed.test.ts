import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dayNotClosed } from '../../../deploy/aws/lib/day-not-closed.ts';
import type { CloseWorld } from '../../../src/close/world.ts';
import { type Duck, openDuck } from '../../../src/duck/duck.ts';
import { closePass } from '../../../src/entry/lambda/close-pass.ts';
import { type LambdaWorld, openLambdaWorld } from '../../../src/entry/lambda/world.ts';
import type { Home } from '../../../src/home/home.ts';
import { openMachine } from '../../../src/home/machine/machine.ts';
import { dayMs, hourMs, minuteMs } from '../../../src/lib/clock.ts';
import { DaybookError } from '../../../src/lib/errors.ts';
import { closeWorldOf } from '../../support/close-world.ts';
import { appendHits, hitOf } from '../../support/hits.ts';

// A hit's row is deleted after 30 days. If its day is not closed by then, the hit is lost: the
// alarm DayNotClosed must have said so long before.
const dayEndMs = Date.parse('2026-11-21T00:00:00Z');

let folder: string;
let home: Home;
let duck: Duck;
let nowMs: number;
let lambda: LambdaWorld;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-alarm-'));
  nowMs = dayEndMs - hourMs;
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 1, folder: home.files.folder });
  lambda = await openLambdaWorld({ env: {}, home, clock: () => nowMs });
  said = [];
  await lambda.world.sites.add('a.test', {});
});
afterEach(async () => {
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

async function addHit(time: number, late = false): Promise<void> {
  const site = (await lambda.world.sites.find('a.test'))!;
  await appendHits(home, site, [hitOf({ time })], { late, receivedAtMs: nowMs });
}

/** One pass of the function `close`, and what it writes into its log. */
function pass(more: Partial<CloseWorld> = {}) {
  const closing = { ...closeWorldOf(home, duck, () => nowMs), ...more };
  const untilMs = nowMs + 13 * minuteMs;
  return closePass(lambda.world, {
    ...{ closing, stack: 'Daybook', untilMs, say: (line: string) => said.push(line) },
  });
}

async function passesUntil(endMs: number, once: () => Promise<unknown>): Promise<void> {
  for (; nowMs < endMs; nowMs += 30 * minuteMs) await once();
}

/** The hours in which CloudWatch finds the alarm's condition met, counted from the day's end. */
function hoursInAlarm(): number[] {
  const { namespace, metricName, dimension, periodMinutes, mostHours } = dayNotClosed;
  const smallest = new Map<number, number>();
  for (const line of said) {
    const content = JSON.parse(line) as Record<string, unknown> & { _aws?: Emf };
    const { _aws: emf, [metricName]: hours } = content;
    if (emf === undefined) continue;
    expect(content[dimension]).toBe('Daybook');
    expect(emf.CloudWatchMetrics).toEqual([
      {
        ...{ Namespace: namespace, Dimensions: [[dimension]] },
        Metrics: [{ Name: metricName, Unit: 'None' }],
      },
    ]);
    const hour = Math.floor((emf.Timestamp - dayEndMs) / (periodMinutes * minuteMs));
    smallest.set(hour, Math.min(smallest.get(hour) ?? Number.POSITIVE_INFINITY, hours as number));
  }
  return [...smallest].filter(([, hours]) => hours > mostHours).map(([hour]) => hour);
}
type Emf = { readonly Timestamp: number; readonly CloudWatchMetrics: unknown };

const busy = () => Promise.reject(new DaybookError('unavailable', 'the bucket is busy'));

test('a bucket that takes no files: from 24 hours on it is in alarm, and ends when it does', async () => {
  await addHit(nowMs);
  nowMs = dayEndMs + 22 * hourMs;
  const files = { ...home.files, save: busy };
  await passesUntil(dayEndMs + 27 * hourMs, () => pass({ home: { ...home, files } }));
  // 24 hours are not over 24: the first pass of that hour does not count.
  expect(hoursInAlarm()).toEqual([25, 26]);
  await passesUntil(dayEndMs + 29 * hourMs, () => pass());
  expect(hoursInAlarm()).toEqual([25, 26]);
});

test('passes that die while they close the day: in alarm too', async () => {
  await addHit(nowMs);
  // A function that runs out of memory or time says nothing more.
  const dies = () =>
    new Promise<void>((died) => {
      const never = () => {
        died();
        return new Promise<never>(() => {});
      };
      void pass({ duck: { ...duck, read: never, step: never, write: never } });
    });
  nowMs = dayEndMs + 22 * hourMs;
  await passesUntil(dayEndMs + 27 * hourMs, dies);
  expect(hoursInAlarm()).toEqual([25, 26]);
});

test('an import of last year’s days is closed in its pass: no alarm', async () => {
  await addHit(nowMs - 300 * dayMs, true);
  expect(await pass()).toMatchObject({ closed: 1, oldestUnclosedHours: 0 });
  expect(said.filter((line) => line.includes('_aws'))).toHaveLength(2);
  expect(hoursInAlarm()).toEqual([]);
});

test('a site whose days cannot be read: nothing is said that would end the alarm', async () => {
  await addHit(nowMs);
  nowMs = dayEndMs + 30 * hourMs;
  const scan: Home['rows']['scan'] = (partition, range) =>
    partition.startsWith('days/') ? busy() : home.rows.scan(partition, range);
  await pass({ home: { ...home, rows: { ...home.rows, scan } } });
  expect(said.filter((line) => line.includes('_aws'))).toEqual([]);
});
