import { writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keepErasure, takeBackErasure } from '../../src/journal/erasures.ts';
import { packFileNames, readPacks } from '../../src/ledger/packs.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longHomes } from '../support/real-app.ts';
import { always, type Compared, type Course, course, openDays, showCompared } from './days.ts';
import type { LoopQuery } from './loop.ts';
import { matchesPattern } from './loop-goals.ts';
import { queryOf } from './queries.ts';
import { runsOf } from './runs.ts';
import { type Traffic, traffic } from './traffic.ts';

type Case = {
  readonly traffic: Traffic;
  readonly queries: readonly LoopQuery[];
  readonly course: Course;
  /** Of four days in a row, those that are packed. */
  readonly packed: readonly boolean[];
};
const cases: fc.Arbitrary<Case> = traffic.chain((made) =>
  fc.record({
    traffic: fc.constant(made),
    queries: fc.array(queryOf(made), { minLength: 3, maxLength: 9 }),
    course,
    packed: fc.array(fc.boolean(), { minLength: 3, maxLength: 4 }),
  }),
);

const runs = runsOf(20261127, 2, 1 / 3);

describe.each(longHomes)('on the home %s', (homeName) => {
  let ledger: TestLedger;
  let [sites, packs] = [0, 0];
  const compared: Compared = new Map();
  beforeAll(async () => {
    ledger = await openLedger(homeName, Date.parse('2026-01-01'), {}, { amendsFrom: 1 });
  });
  afterAll(async () => {
    const reports = showCompared(compared);
    console.log(`reports compared with the loop on ${homeName}, ${packs} packs: ${reports}`);
    await ledger.close();
  });

  /** Spoils a file of each pack, or takes it away: reports do without them. */
  async function spoil(siteId: string): Promise<void> {
    for (const [i, [day, pack]] of [...(await readPacks(ledger.home, siteId))].entries()) {
      const name = packFileNames(siteId, day, pack)[i % 4]!;
      if (i % 2 === 1) await ledger.home.files.remove(name);
      else await ledger.home.files.save(name, (path) => writeFile(path, 'spoilt'));
    }
  }

  /** Takes a site's days through packs of all kinds, and compares reports with the loop. */
  async function compare({
    traffic: made,
    queries: drawn,
    course: { first, last, early },
    packed,
  }: Case): Promise<void> {
    const queries = [...drawn, ...always];
    const id = `packed${String(++sites).padStart(6, '0')}`;
    const days = openDays(ledger, made, id, compared);
    const { came } = made;
    const until = (count: number) =>
      came[count]?.receivedAtMs ?? (came[count - 1]?.receivedAtMs ?? 0) + 1;
    const pack = async (count: number, some = packed) => {
      packs += await days.packListed(some, until(count));
    };
    const [some, more, most] = [first, first + 20, came.length - last];

    await days.append(came.slice(0, some));
    await pack(some, [true]);
    await days.check(queries, came.slice(0, some), 'over packs');
    await days.append(came.slice(some, more));
    await days.check(queries, came.slice(0, more), 'over packs and newer rows');
    await pack(more);
    await days.append(came.slice(more, Math.max(more, most)));
    const until3 = came.slice(0, Math.max(more, most));
    await days.check(queries, until3, 'over packs of packs');
    const erasure = { madeMs: made.nowMs, pages: ['/a'], destroyMs: made.nowMs + 86_400_000 };
    const key = await keepErasure(ledger.home, id, erasure, '0000');
    const left = until3.filter(
      ({ hit }) => hit.time > made.nowMs || !matchesPattern('/a', hit.page),
    );
    await days.check(queries, left, 'over packs older than an erasure');
    await pack(more);
    await days.check(queries, left, 'over packs that know an erasure');
    expect(await takeBackErasure(ledger.home, id, { key }, made.nowMs)).toBe(true);
    await days.check(queries, until3, 'over packs older than its taking back');
    await pack(until3.length);
    await spoil(id);
    await days.check(queries, until3, 'over spoilt packs');
    await pack(until3.length, [true]);
    await days.closeListed(early);
    await days.check(queries, until3, 'over packs and days closed from packs');
    await days.append(came.slice(until3.length));
    await days.check(queries, came, 'over days closed from packs and late rows');
    await pack(came.length, [true]);
    await days.check(queries, came, 'over packs of late rows');
    await days.closeListed();
    await days.check(queries, came, 'over closed days');
    expect([...(await readPacks(ledger.home, id)).keys()]).toEqual([]);
  }

  test('reports are right whatever is packed', { timeout: 600_000 }, async () => {
    await fc.assert(fc.asyncProperty(cases, compare), runs);
  });
});
