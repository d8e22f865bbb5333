import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dueDays } from '../../src/close/due-days.ts';
import { type ErasureFields, readErasure } from '../../src/close/erase-hits.ts';
import { keepErasure, takeBackErasure } from '../../src/journal/erasures.ts';
import { openLedger, type TestLedger } from '../support/ledger.ts';
import { longHomes } from '../support/real-app.ts';
import { always, type Compared, type Course, course, openDays, showCompared } from './days.ts';
import type { LoopQuery } from './loop.ts';
import { matchesPattern } from './loop-goals.ts';
import { type LoopHit, spelled } from './loop-visits.ts';
import { queryOf } from './queries.ts';
import { runsOf } from './runs.ts';
import { among, hourMs, type Traffic, traffic } from './traffic.ts';

/** An erasure: what is to be erased, and how long before the traffic's current time it is made. */
type Asked = ErasureFields & {
  readonly page?: string | readonly string[];
  readonly prop?: string;
  readonly hostname?: string;
  readonly from?: string;
  readonly to?: string;
};
type Erasing = {
  readonly asked: Asked;
  readonly hoursAgo: number;
  /** Whether it can be taken back for a day. */
  readonly kept: boolean;
};
type Case = {
  readonly traffic: Traffic;
  readonly queries: readonly LoopQuery[];
  readonly course: Course;
  readonly erasures: readonly [Erasing, Erasing];
};

const dayNear = ({ nowMs }: Traffic) =>
  fc
    .integer({ min: -2, max: 2 })
    .map((days) => new Date(nowMs + days * 24 * hourMs).toISOString().slice(0, 10));
const page = among('/', '/a', '/a*', '/a/**', '/*', '/ä', "/it's", '/A', '/none');
const erasureOf = (made: Traffic): fc.Arbitrary<Erasing> => {
  const pages = fc
    .oneof(page, fc.array(page, { minLength: 1, maxLength: 2 }))
    .map((page): Asked => ({ page }));
  const props = among('plan', 'plan=pro', 'plan=', "it's=$1", 'other').map(
    (prop): Asked => ({ prop }),
  );
  const hostnames = among('example.com', 'blog.example.com').map(
    (hostname): Asked => ({ hostname }),
  );
  const times = fc
    .tuple(dayNear(made), dayNear(made), fc.constantFrom('from', 'to', 'both'))
    .map(([one, other, which]): Asked => {
      const [from, to] = [one, other].sort() as [string, string];
      return { ...(which !== 'to' && { from }), ...(which !== 'from' && { to }) };
    });
  const one = fc.oneof(pages, props, hostnames, times);
  // An erasure with two conditions means the hits that meet both.
  const asked = fc.oneof(
    { arbitrary: one, weight: 3 },
    { arbitrary: fc.tuple(one, one).map(([a, b]) => ({ ...a, ...b })), weight: 1 },
  );
  return fc.record({ asked, hoursAgo: fc.constantFrom(0, 0, 3, 12, 25), kept: fc.boolean() });
};

const cases: fc.Arbitrary<Case> = traffic.map(onceEach).chain((made) =>
  fc.record({
    traffic: fc.constant(made),
    queries: fc.array(queryOf(made), { minLength: 2, maxLength: 6 }),
    course,
    erasures: fc.tuple(erasureOf(made), erasureOf(made)),
  }),
);

/**
 * Leaves out hits with a repeated id. Of two hits with one id and different fields, an erasure
 * finds one or the other, depending on when the day is closed.
 */
function onceEach(made: Traffic): Traffic {
  const known = new Set<string>();
  const came = made.came.filter(({ hit: { id } }) => !known.has(id) && known.add(id));
  return { ...made, came };
}

const runs = runsOf(20261125, 2, 1 / 2);

describe.each(longHomes)('on the home %s', (homeName) => {
  let ledger: TestLedger;
  let sites = 0;
  let erased = 0;
  const compared: Compared = new Map();
  beforeAll(async () => {
    ledger = await openLedger(homeName, Date.parse('2026-01-01'));
  });
  afterAll(async () => {
    const reports = showCompared(compared);
    console.log(`reports compared with the loop on ${homeName}, ${erased} hits erased: ${reports}`);
    await ledger.close();
  });

  async function compare({
    traffic: made,
    queries: drawn,
    course: { first, last, early },
    erasures,
  }: Case): Promise<void> {
    const queries = [...drawn, ...always];
    const days = openDays(ledger, made, `erased${String(++sites).padStart(6, '0')}`, compared);
    const isErased: ((hit: LoopHit) => boolean)[] = [];
    const left = (came: Traffic['came']) =>
      came.filter(({ hit }) => !isErased.some((erases) => erases(hit)));
    async function erase(
      { asked, hoursAgo, kept }: Erasing,
      came: Traffic['came'],
    ): Promise<string> {
      const madeMs = made.nowMs - hoursAgo * hourMs;
      const erasure = {
        ...readErasure(asked, days.site(), madeMs),
        ...(kept && { destroyMs: madeMs + 24 * hourMs }),
      };
      const id = `000${isErased.length}`;
      const key = await keepErasure(ledger.home, days.site().id, erasure, id);
      isErased.push((hit) => isMeant(asked, hit, madeMs, days.dayOf));
      erased += came.length - left(came).length;
      return key;
    }
    /** Closes all closed days again: today is closed here too, but is never due. */
    async function closeAgain(): Promise<void> {
      for (const day of days.closed) await days.close(day);
    }

    const most = made.came.slice(0, made.came.length - last);
    await days.append(most.slice(0, first));
    await days.closeListed(early);
    await days.append(most.slice(first));
    await erase(erasures[0], most);
    await days.check(queries, left(most), 'as soon as something was erased');
    await closeAgain();
    await days.check(queries, left(most), 'over open days, and days closed again');
    await days.closeListed();
    await days.check(queries, left(most), 'over closed days');
    await days.merge();
    await days.check(queries, left(most), 'over merged months');
    const second = await erase(erasures[1], most);
    await days.check(queries, left(most), 'over merged months, as soon as it was erased again');
    await closeAgain();
    await days.check(queries, left(most), 'over merged months, erased from again');
    await days.append(made.came.slice(most.length));
    await days.check(queries, left(made.came), 'over late rows');
    await days.closeListed();
    expect(await dueDays(days.world, days.site(), { atOnce: true })).toEqual([]);
    await days.check(queries, left(made.came), 'over days closed again');
    const key = { key: second };
    if (!(await takeBackErasure(ledger.home, days.site().id, key, made.nowMs))) return;
    isErased.pop();
    await days.check(queries, left(made.came), 'as soon as it was taken back');
    await closeAgain();
    await days.check(queries, left(made.came), 'taken back, over days closed again');
  }

  test('what is erased is in no report, and all else is', { timeout: 600_000 }, async () => {
    await fc.assert(fc.asyncProperty(cases, compare), runs);
  });
});

/** Whether an erasure means a hit: it meets all conditions, and is not later than the erasure. */
function isMeant(
  asked: Asked,
  hit: LoopHit,
  askedMs: number,
  dayOf: (ms: number) => string,
): boolean {
  const { page, prop, hostname, from, to } = asked;
  const day = dayOf(hit.time);
  const pages = page === undefined ? undefined : [page].flat();
  const [name, value] = prop?.split('=') ?? [];
  const own = (hit['props'] as Record<string, string> | undefined)?.[name ?? ''];
  return (
    hit.time <= askedMs &&
    (pages === undefined ||
      pages.some((pattern) => matchesPattern(spelled(pattern), spelled(hit.page)))) &&
    (name === undefined || (value === undefined ? own !== undefined : own === value)) &&
    (hostname === undefined || hit.hostname === hostname) &&
    (from === undefined || day >= from) &&
    (to === undefined || day <= to)
  );
}
