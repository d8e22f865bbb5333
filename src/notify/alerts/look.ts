import { goalId } from '../../account/goals.ts';
import type { Site } from '../../account/site.ts';
import { boundedMap } from '../../lib/bounded-map.ts';
import { hourMs, secondMs } from '../../lib/clock.ts';
import { addDays, dayBounds, dayStart } from '../../lib/site-days.ts';
import type { Reports } from '../../report/engine.ts';
import { type Counts, type Hour, type Seen, weeksBefore } from './judge.ts';

/** What the weeks before had is asked for once an hour: of so many hours it is kept. */
const maxKept = 20_000;

export type Look = (site: Site, nowMs: number) => Promise<Seen>;

type Window = { readonly fromMs: number; readonly untilMs: number };

/** Looks at a site as alerts need it: all counts are answers of the report engine. */
export function openLook(reports: () => Promise<Reports>): Look {
  const kept = boundedMap<string, Counts>(maxKept);

  async function countsOf(site: Site, windows: readonly Window[]): Promise<Counts[]> {
    if (windows.length === 0) return [];
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

  /** The same hour of the weeks before, in which the site was there. */
  async function before(site: Site, hours: readonly number[]): Promise<Counts[][]> {
    const weeks = hours.map((fromMs) =>
      [...Array(weeksBefore).keys()]
        .map((i) => sameHourBefore(site, fromMs, i + 1))
        .filter((ms) => ms >= site.createdMs || kept.get(keyOf(site, ms)) !== undefined),
    );
    const asked = weeks.flat().filter((ms) => kept.get(keyOf(site, ms)) === undefined);
    const found = await countsOf(
      site,
      asked.map((fromMs) => ({ fromMs, untilMs: fromMs + hourMs })),
    );
    for (const [i, ms] of asked.entries()) kept.set(keyOf(site, ms), found[i]!);
    return weeks.map((all) => all.map((ms) => kept.get(keyOf(site, ms))!));
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

  return async (site, nowMs) => {
    const present = Math.floor(nowMs / hourMs) * hourMs;
    const windows = [
      { fromMs: present - hourMs, untilMs: present },
      { fromMs: present, untilMs: nowMs },
    ] as const;
    const counts = await countsOf(site, windows);
    const weeks = await before(
      site,
      windows.map(({ fromMs }) => fromMs),
    );
    const [whole, running] = windows.map(
      (window, i): Hour => ({ ...window, counts: counts[i]!, before: weeks[i]! }),
    );
    return { whole: whole!, running: running!, today: await goalsToday(site, nowMs) };
  };
}

const keyOf = ({ id }: Site, fromMs: number) => `${id}/${fromMs}`;

const isoOf = (ms: number) => new Date(ms).toISOString();

/** By the site's clock, also where that was changed in between. */
function sameHourBefore({ zones }: Site, ms: number, weeks: number): number {
  const { day, startMs } = dayBounds(zones, ms);
  return dayStart(zones, addDays(day, -7 * weeks)) + (ms - startMs);
}
