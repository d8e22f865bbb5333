import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { closeWorldOf } from '../../test/support/close-world.ts';
import { appendHits, hitOf } from '../../test/support/hits.ts';
import { type Duck, openDuck } from '../duck/duck.ts';
import type { Home } from '../home/home.ts';
import { openMachine } from '../home/machine/machine.ts';
import { keepErasure } from '../journal/erasures.ts';
import { countPartition } from '../journal/keys.ts';
import { listDays } from '../journal/read.ts';
import { readMonth } from '../ledger/manifest.ts';
import {
  beginEra,
  endEraAhead,
  type Pack,
  packFileNames,
  publishPack,
  readPack,
  readPacks,
} from '../ledger/packs.ts';
import { zonesFrom } from '../lib/site-days.ts';
import type { Hit } from '../model/hit.ts';
import { otherClocksMs } from '../model/times.ts';
import { closeDay } from './close-day.ts';
import { duePacks } from './due-packs.ts';
import { packDay } from './pack-day.ts';
import { removeSiteData } from './remove-site.ts';
import { unnamedFiles } from './sweep.ts';
import { verifySite } from './verify-ledger.ts';
import type { CloseWorld } from './world.ts';

const site = { id: 'site00000000', zones: zonesFrom('Europe/Berlin', 0) };
const day = '2026-03-29';
const at = (minutes: number) => Date.parse('2026-03-28T23:00:00Z') + minutes * 60_000;

let folder: string;
let home: Home;
let duck: Duck;
let world: CloseWorld;
let nowMs: number;

beforeEach(async () => {
  nowMs = at(600);
  folder = await mkdtemp(join(tmpdir(), 'daybook-pack-'));
  home = await openMachine(folder);
  duck = await openDuck({ memoryBytes: 2 ** 29, threads: 2, folder: home.files.folder });
  world = { ...closeWorldOf(home, duck, () => nowMs), packsFrom: 3, amendsFrom: 1 };
});
afterEach(async () => {
  duck.close();
  await home.close();
  await rm(folder, { recursive: true });
});

async function send(hits: readonly Hit[], late = false, receivedAtMs?: number): Promise<void> {
  await appendHits(home, site, hits, { late, ...(receivedAtMs && { receivedAtMs }) });
  const key = { partition: countPartition(site.id), sort: day };
  await home.rows.add(key, { stored: hits.length });
}
const views = (...minutes: number[]) =>
  minutes.map((minute) => hitOf({ time: at(minute), page: `/${minute}` }));
const pack = () => packDay(world, site, day);
const closed = async () => (await readMonth(home, site.id, '2026-03')).content.days[day];
const close = async () => {
  nowMs = at(1_500);
  expect(await closeDay(world, site, day)).toBe('closed');
  expect((await verifySite(world, site)).wrong).toEqual([]);
  expect(await readPacks(home, site.id)).toEqual(new Map());
  expect(await listDays(home, site.id)).toEqual([]);
};

describe('a pack', () => {
  test('contains the rows that have settled, and then the newer ones too', async () => {
    await send(views(1, 2, 40));
    await send(views(3), true);
    nowMs = at(2) + otherClocksMs; // a hit received now may not be stored yet
    expect(await pack()).toMatchObject({ hits: 1, visits: 1, untilMs: at(2) });
    expect(await pack()).toBeUndefined();
    nowMs = at(600);
    const made = (await pack())!;
    expect(made).toMatchObject({ hits: 4, visits: 2, erasures: [] });
    expect(Object.values(made.rows)).toEqual([3, 1]);
    expect(await readPacks(home, site.id)).toEqual(new Map([[day, made]]));
    expect(await pack()).toBeUndefined();
    expect(await listDays(home, site.id)).toEqual([day]);
  });

  test('of which all rows are becomes the day when that is closed', async () => {
    await send(views(1, 2, 40));
    const made = (await pack())!;
    await close();
    expect(await closed()).toMatchObject({ own: made.set, hits: 3, visits: 2, taken: 3 });
    expect(await unnamedFiles(world)).toEqual([]);
  });

  test('is what closing begins with, and newer rows come to it', async () => {
    const [first, ...others] = views(1, 2, 40);
    await send([first!, ...others]);
    await send(views(5), true);
    const { set } = (await pack())!;
    await send(views(700));
    await send([first!], false, at(701)); // sent once more
    await close();
    expect(await closed()).toMatchObject({ hits: 5, taken: 6, duplicates: 1 });
    expect((await closed())!.own!.version).not.toBe(set.version);
  });

  test('is passed over where rows have come to its time since', async () => {
    await send(views(1, 2, 40));
    await pack();
    await send(views(3)); // a clock was set back
    await send(views(50), true);
    await close();
    expect(await closed()).toMatchObject({ hits: 5, taken: 5 });
  });

  test.each(['gone', 'spoilt'])(
    'that is %s is made again, and a day is closed without it',
    async (how) => {
      await send(views(1, 2, 40));
      const made = (await pack())!;
      const [name] = packFileNames(site.id, day, made);
      const spoil = async (of: Pack) => {
        const [hits] = packFileNames(site.id, day, of);
        if (how === 'gone') await home.files.remove(hits!);
        else await home.files.save(hits!, (path) => writeFile(path, 'spoilt'));
      };
      await spoil(made);
      await send(views(50));
      const again = (await pack())!;
      expect(again).toMatchObject({ hits: 4 });
      expect(packFileNames(site.id, day, again)).not.toContain(name);
      await spoil(again);
      await close();
      expect(await closed()).toMatchObject({ hits: 4, taken: 4 });
    },
  );

  test('of late rows contains what the ledger has', async () => {
    await send(views(1, 2));
    await close();
    await send(views(3, 2), true);
    nowMs = at(1_600);
    const made = (await pack())!;
    expect(made).toMatchObject({ hits: 4, on: (await closed())!.own!.version });
    expect(Object.values(made.rows)).toEqual([2]);
    await close();
    expect(await closed()).toMatchObject({ hits: 4, taken: 4 });
  });

  test('leaves out what is erased; closing begins without it, so that it can be taken back', async () => {
    await send(views(1, 2, 40));
    await pack();
    const erasure = { madeMs: at(500), pages: ['/2'], destroyMs: at(3_000) };
    const key = await keepErasure(home, site.id, erasure, '0000');
    await send(views(50));
    expect(await pack()).toMatchObject({ hits: 3, erasures: [key] });
    nowMs = at(1_500);
    expect(await closeDay(world, site, day)).toBe('closed');
    const day1 = (await closed())!;
    expect(day1).toMatchObject({ hits: 3, erased: 1, taken: 4 });
    expect(day1.own!.files.erased?.rows).toBe(1);
  });

  test('older than an erasure is passed over when its day is closed', async () => {
    await send(views(1, 2, 40));
    expect(await pack()).toMatchObject({ hits: 3, erasures: [] });
    const erasure = { madeMs: at(500), pages: ['/2'], destroyMs: at(3_000) };
    await keepErasure(home, site.id, erasure, '0000');
    nowMs = at(1_500);
    expect(await closeDay(world, site, day)).toBe('closed');
    expect(await closed()).toMatchObject({ hits: 2, erased: 1, taken: 3 });
    expect((await closed())!.own!.files.erased?.rows).toBe(1);
  });

  test('older than the closing of its day is passed over', async () => {
    await send(views(1, 2, 40));
    const stale = (await pack())!;
    await send(views(700, 701));
    await close();
    await publishPack(home, { siteId: site.id, day }, { text: undefined, pack: undefined }, stale);
    await send(views(5), true);
    nowMs = at(1_600);
    expect(await pack()).toMatchObject({ hits: 6, on: (await closed())!.own!.version });
  });

  test('loses against another that was published meanwhile', async () => {
    await send(views(1, 2, 40));
    const before = await readPack(home, site.id, day);
    let other: Pack | undefined;
    const made = packDay(
      {
        ...world,
        async faultPoint(point) {
          if (point !== 'pack.verified' || other !== undefined) return;
          other = { ...(await packDay(world, site, day))! };
        },
      },
      site,
      day,
    );
    expect(await made).toBeUndefined();
    expect(await readPacks(home, site.id)).toEqual(new Map([[day, other]]));
    expect(await unnamedFiles(world)).toEqual([]);
    expect(await publishPack(home, { siteId: site.id, day }, before, other!)).toBe(false);
  });

  test('is of no use once a clock was set back', async () => {
    await send(views(1, 2, 40));
    const made = (await pack())!;
    await endEraAhead(home, [site.id], made.untilMs, 'second');
    expect((await readPacks(home, site.id)).size).toBe(1);
    await endEraAhead(home, [site.id], made.untilMs - 1, 'second');
    expect((await readPacks(home, site.id)).size).toBe(0);
    await send(views(3));
    expect(await pack()).toMatchObject({ hits: 4, era: 'second' });
    await beginEra(home, 'third');
    await close();
    expect(await closed()).toMatchObject({ hits: 4, taken: 4 });
  });

  test('goes with its site', async () => {
    await send(views(1, 2, 40));
    await pack();
    await removeSiteData(world, site.id);
    expect(await readPacks(home, site.id)).toEqual(new Map());
    expect(await home.files.list('ledger/')).toEqual([]);
  });
});

describe('a day is due to be packed', () => {
  const due = () => duePacks(world, site);

  test('when it has enough rows, and again when enough have come since', async () => {
    await send(views(1, 2));
    expect(await due()).toEqual([]);
    await send(views(40));
    expect(await due()).toEqual([day]);
    await pack();
    expect(await due()).toEqual([]);
    await send(views(50, 51));
    expect(await due()).toEqual([]);
    await send(views(52));
    expect(await due()).toEqual([day]);
  });

  test('when a tenth has come, of a large one', async () => {
    await send(Array.from({ length: 100 }, (_, i) => views(i)[0]!));
    await pack();
    await send(views(101, 102, 103, 104, 105, 106, 107, 108, 109));
    expect(await due()).toEqual([]);
    await send(views(110));
    expect(await due()).toEqual([day]);
  });

  test('when something of it was erased', async () => {
    await send(views(1, 2, 40));
    await pack();
    await keepErasure(home, site.id, { madeMs: at(500), pages: ['/2'] }, '0000');
    expect(await due()).toEqual([day]);
    await pack();
    expect(await due()).toEqual([]);
  });

  test('when late rows came to it after it was closed', async () => {
    await send(views(1, 2, 40));
    await close();
    await send(views(3, 4), true);
    expect(await due()).toEqual([]);
    await send(views(5), true);
    expect(await due()).toEqual([day]);
  });
});
