import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeWorldOf } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { ownDays } from '../journal/read.ts';
import { type FileKind, fileOfDay, monthOf, readMonth } from '../ledger/manifest.ts';
import { dayMs, hourMs, minuteMs } from '../lib/clock.ts';
import { addDays, dayStart, zonesFrom } from '../lib/site-days.ts';
import type { FaultPoint } from '../model/fault-points.ts';
import { type Hit, robotVisitor } from '../model/hit.ts';

import { closeDays } from './close-days.ts';
import type { NamedSite, PassEvent } from './pass-events.ts';
import { type CloseWorld, mostUnrolled } from './world.ts';

const siteOf = (name: string, zone: string): NamedSite => ({
  id: `${name}0000000000`,
  domain: `${name}.test`,
  zones: zonesFrom(zone, 0),
});
const sites = [
  siteOf('aa', 'UTC'),
  siteOf('bb', 'Europe/Berlin'),
  siteOf('cc', 'America/New_York'),
];
/** In Berlin, clocks go forward on the second, in New York on none. */
const days = ['2026-03-28', '2026-03-29', '2026-04-01'];
const nowMs = Date.parse('2026-04-04T00:00:00Z');

let folder: string;
let duck: Duck;
let steps: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-close-'));
  const opened = await openDuck({ memoryBytes: 2 ** 29, threads: 2, folder });
  steps = 0;
  duck = {
    ...opened,
    step(...step) {
      steps++;
      return opened.step(...step);
    },
  };
});
afterEach(async () => {
  duck.close();
  await rm(folder, { recursive: true });
});

/** The same ids at each site, and the same visitors. */
function hitsOf(site: NamedSite, day: string): Hit[] {
  const fromMs = dayStart(site.zones, day);
  const id = (n: number) => (n * 0x9e3779b97f4a).toString(16).padStart(16, 'f');
  const of = (n: number, ms: number, more: Partial<Hit> = {}) =>
    hitOf({ id: id(n), time: fromMs + ms, visitor: `${'0123456789abcde'[n % 5]}`, ...more });
  const views = Array.from({ length: 40 }, (_, n) =>
    of(n, n * 31 * minuteMs, { page: `/${n % 3}`, ...(n % 4 === 0 && { source: site.domain }) }),
  );
  return [
    ...views.filter(({ time }) => time < fromMs + 23 * hourMs),
    of(50, 10 * minuteMs, { visitor: '0', name: 'engagement', page: '/0', scrollDepth: 50 }),
    of(51, 20 * minuteMs, { visitor: robotVisitor, robot: 'Bot' }),
    of(52, 30 * minuteMs, { name: 'Buy', props: { plan: site.domain, day } }),
    of(52, 30 * minuteMs, { name: 'Buy', props: { plan: 'sent twice' } }),
  ];
}

async function withHome<T>(name: string, work: (home: Home) => Promise<T>): Promise<T> {
  const home = await openMachine(join(folder, name));
  try {
    for (const site of sites)
      for (const day of days) {
        const hits = hitsOf(site, day);
        await appendHits(home, site, hits.slice(3), { receivedAtMs: nowMs - dayMs });
        await appendHits(home, site, hits.slice(0, 3), { late: true, receivedAtMs: nowMs });
      }
    return await work(home);
  } finally {
    await home.close();
  }
}

const toClose = sites.flatMap((site) => days.map((day) => ({ site, day, recount: true })));

/** Closes all, and says how each went. */
async function close(home: Home, more: Partial<CloseWorld> = {}, some = toClose, untilMs?: number) {
  const events: PassEvent[] = [];
  const small = { rollsOver: mostUnrolled.day };
  await closeDays({ ...closeWorldOf(home, duck, () => nowMs), ...small, ...more }, some, {
    ...(untilMs !== undefined && { untilMs }),
    onEvent: (event) => events.push(event),
  });
  return events.map((event) => `${event.kind} ${'day' in event ? event.day : ''}`);
}

const kinds: readonly FileKind[] = ['hits', 'visits', 'late'];

/** All that the ledger has of the days, row for row in their order. */
async function ledgerOf(home: Home, some = toClose): Promise<unknown> {
  const all: unknown[] = [];
  for (const { site, day } of some) {
    const row = await readMonth(home, site.id, monthOf(day));
    const { own, journalRows: _, ...counts } = row.content.days[day]!;
    const rows: unknown[] = [own!.schema, own!.normalized, Object.keys(own!.files).sort()];
    for (const kind of kinds) {
      const named = fileOfDay(site.id, row, day, kind)!;
      const file = await home.files.open(named.name);
      const read = await duck.read((session) =>
        session.rows(
          `SELECT file_row_number, t::VARCHAR FROM ${parquet([file.path], 'file_row_number = true')}
            AS t ORDER BY file_row_number`,
        ),
      );
      const columns = await duck.read((session) =>
        session.rows(`DESCRIBE FROM ${parquet([file.path])}`),
      );
      file.release();
      rows.push(kind, named.rows, read, columns);
    }
    all.push([site.domain, day, counts, rows]);
  }
  return all;
}

describe('many small days', () => {
  test('are made together: each has the rows that it has alone, in their order', async () => {
    const alone = await withHome('alone', async (home) => {
      for (const one of toClose) expect(await close(home, {}, [one])).toHaveLength(1);
      return ledgerOf(home);
    });
    expect(steps).toBe(toClose.length);
    steps = 0;
    await withHome('together', async (home) => {
      expect(await close(home)).toEqual(toClose.map(({ day }) => `closed ${day}`));
      expect(steps).toBe(1);
      expect(await ledgerOf(home)).toEqual(alone);
      for (const { id } of sites) expect(await ownDays(home, id)).toEqual([]);
    });
  });

  test('where one has no visit or many hits, it alone is made alone', async () => {
    await withHome('mixed', async (home) => {
      const [site] = sites as [NamedSite];
      const [none, large] = [addDays(days[0]!, -1), addDays(days[0]!, -2)];
      const time = (day: string) => dayStart(site.zones, day) + hourMs;
      await appendHits(home, site, [hitOf({ time: time(none), visitor: robotVisitor })]);
      const many = Array.from({ length: mostUnrolled.day + 1 }, (_, n) =>
        hitOf({ time: time(large) + n }),
      );
      await appendHits(home, site, many);
      const more = [none, large].map((day) => ({ site, day, recount: true }));
      expect(await close(home, {}, [...more, ...toClose])).toEqual(
        [...more, ...toClose].map(({ day }) => `closed ${day}`),
      );
      expect(steps).toBe(3);
      const { content } = await readMonth(home, site.id, monthOf(none));
      expect(content.days[none]).toMatchObject({ hits: 1, visits: 0 });
      expect(content.days[large]).toMatchObject({ hits: mostUnrolled.day + 1 });
    });
  });

  test('where they cannot be made together, each is made alone, and reported', async () => {
    await withHome('failing', async (home) => {
      const save: Home['files']['save'] = (name, write) =>
        name.includes(`${sites[1]!.id}/${days[1]}`)
          ? Promise.reject(new Error('no room'))
          : home.files.save(name, write);
      const events = await close(home, { home: { ...home, files: { ...home.files, save } } });
      expect(events.filter((event) => event.startsWith('failed'))).toEqual([`failed ${days[1]}`]);
      expect(events).toHaveLength(toClose.length);
      const named = await Promise.all(
        sites.flatMap(({ id }) =>
          ['2026-03', '2026-04'].map(async (month) =>
            Object.values((await readMonth(home, id, month)).content.days).map(
              ({ own }) => own!.version,
            ),
          ),
        ),
      );
      const versions = named.flat();
      const files = await home.files.list('ledger/');
      expect(files.every(({ name }) => versions.includes(name.split('/')[3]!))).toBe(true);
    });
  });

  test('are closed whole where it was cut at any point', async () => {
    const points: FaultPoint[] = [];
    const some = toClose.slice(0, days.length);
    const whole = await withHome('whole', async (home) => {
      await close(home, { faultPoint: (point) => void points.push(point) }, some);
      return ledgerOf(home, some);
    });
    // What follows is done day by day: `cut-close.test.ts`.
    const together = (['close.read', 'close.saved', 'close.verified'] as const).filter((point) =>
      points.includes(point),
    );
    expect(together).toHaveLength(3);
    for (const last of together) {
      await withHome(last, async (home) => {
        let count = 0;
        const faultPoint = (point: FaultPoint) => {
          if (point === last && ++count > 1) throw new Error('cut here');
        };
        const cut = await close(home, { faultPoint }, some);
        expect(cut.some((event) => event.startsWith('failed'))).toBe(true);
        await close(home, {}, some);
        expect(await ledgerOf(home, some)).toEqual(whole);
      });
    }
  });
});
