import { goalId } from '../../account/goals.ts';
import type { Site } from '../../account/site.ts';
import { boundedMap } from '../../lib/bounded-map.ts';
import { hourMs, secondMs } from '../../lib/clock.ts';
import { addDays, dayBounds, dayStart } from '../../lib/site-days.ts';
import type { Reports } from '../../report/engine.ts';
import { type Counts, type Hour, type Seen, weeksBefore } from './judge.ts';

/** What the weeks before had is asked for once an hour: of so many hours it is kept. */
const maxKept = 20_000;

/** Two queries each: of a batch that the owner may ask. */
const mostWindows = 25;

/** `lastHours`: of so many whole hours it is asked, too, besides the last one. */
export type Look = (site: Site, nowMs: number, lastHours?: readonly number[]) => Promise<Seen>;

type Window = { readonly fromMs: number; readonly untilMs: number };

/** Looks at a site as alerts need it: all counts are answers of the report engine. */
export function openLook(reports: () => Promise<Reports>): Look {
  const kept = boundedMap<string, Counts>(maxKept);

  async function countsOf(site: Site, windows: readonly Window[]): Promise<Counts[]> {
    if (windows.length === 0) return [];
    if (windows.length > mostWindows) {
      const first = await countsOf(site, windows.slice(0, mostWindows));
      return [...first, ...(await countsOf(site, windows.slice(mostWindows)))];
    }
    const queries = windows.flatMap(({ fromMs, untilMs }) => {
      const range = [isoOf(fromMs), isoOf(Math.max(fromMs, untilMs - secondMs))];
      const asked = { site_id: site.domain, date_range: range };
      return [
        { ...asked, metrics: ['visitors', 'pageviews'] },
        { ...asked, metrics: ['events'], filters: [['is', 'event:name', ['404']]] },
      ];
    });
    const answers = await (await reports()).batch(site, queries, 'owner');
    const number = (i: number, metric: number) =>
      Number(answers[i]!.results[0]?.metrics[metric] ?? 0);
    return windows.map((_, i) => ({
      ...{ visitors: number(2 * i, 0), pageviews: number(2 * i, 1) },
      notFound: number(2 * i + 1, 0),
    }));
  }

  /** The same hours of the weeks before, in which the site was there. */
  async function before(site: Site, windows: readonly Window[]): Promise<Counts[][]> {
    const weeks = windows.map(({ fromMs, untilMs }) =>
      [...Array(weeksBefore).keys()]
        .map((i) => sameHourBefore(site, fromMs, i + 1))
        .map((ms) => ({ fromMs: ms, untilMs: ms + untilMs - fromMs }))
        .filter((one) => one.fromMs >= site.createdMs || kept.get(keyOf(site, one)) !== undefined),
    );
    const asked = weeks.flat().filter((one) => kept.get(keyOf(site, one)) === undefined);
    const found = await countsOf(site, asked);
    for (const [i, one] of asked.entries()) kept.set(keyOf(site, one), found[i]!);
    return weeks.map((all) => all.map((one) => kept.get(keyOf(site, one))!));
  }

  async function goalsToday(site: Site, nowMs: number): Promise<Seen['today']> {
    const { day, startMs: fromMs } = dayBounds(site.zones, nowMs);
    const own = site.goals ?? [];
    if (own.length === 0) return { fromMs, goals: [] };
    const asked = { site_id: site.domain, date_range: [day, day], metrics: ['events'] };
    const reached = await (await reports()).query(
      site,
      { ...asked, dimensions: ['event:goal'] },
      'owner',
    );
    const times = new Map(reached.results.map((row) => [row.dimensions[0]!, row.metrics[0]]));
    const goals = own.map((goal) => ({
      ...{ id: goalId(goal), name: goal.name, reached: Number(times.get(goal.name) ?? 0) },
    }));
    return { fromMs, goals };
  }

  return async (site, nowMs, lastHours = []) => {
    const present = Math.floor(nowMs / hourMs) * hourMs;
    const windows = [
      { fromMs: present - hourMs, untilMs: present },
      { fromMs: present, untilMs: nowMs },
      ...lastHours.map((n) => ({ fromMs: present - n * hourMs, untilMs: present })),
    ];
    const counts = await countsOf(site, windows);
    // Of the present hour, what the whole hours had.
    const weeks = await before(
      site,
      windows.map((one, i) => (i === 1 ? { ...one, untilMs: present + hourMs } : one)),
    );
    const [whole, running, ...more] = windows.map(
      (window, i): Hour => ({ ...window, counts: counts[i]!, before: weeks[i]! }),
    );
    const last = new Map(lastHours.map((n, i) => [n, more[i]!]));
    return { whole: whole!, running: running!, last, today: await goalsToday(site, nowMs) };
  };
}

const keyOf = ({ id }: Site, { fromMs, untilMs }: Window) => `${id}/${fromMs}/${untilMs}`;

const isoOf = (ms: number) => new Date(ms).toISOString();

/** By the site's clock, also where that was changed in between. */
function sameHourBefore({ zones }: Site, ms: number, weeks: number): number {
  const { day, startMs } = dayBounds(zones, ms);
  return dayStart(zones, addDays(day, -7 * weeks)) + (ms - startMs);
}
