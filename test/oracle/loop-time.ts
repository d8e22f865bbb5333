/** Time as the loop sees it: days and hours by `Intl`, ranges by comparing dates. */
export type LoopRange = {
  readonly first: string;
  readonly last: string;
  has(ms: number): boolean;
  /** Its first and last ms, where it is one of instants. */
  readonly edges: readonly number[];
};

/** `secondMs`: how much of its last second an instant's range holds; `firstDay`: the first day with hits. */
export function spanOf(
  range: string | readonly [string, string],
  nowMs: number,
  dayOf: (ms: number) => string,
  firstDay: string | undefined,
  secondMs: number,
): LoopRange {
  const today = dayOf(nowMs);
  const days = (first: string, last: string) => ({
    first,
    last,
    has: (ms: number) => dayOf(ms) >= first && dayOf(ms) <= last,
    edges: [],
  });
  const instants = (fromMs: number, lastMs: number) => {
    const toMs = Math.floor(lastMs / 1000) * 1000 + secondMs;
    const has = (ms: number) => ms >= fromMs && ms < toMs;
    return { first: dayOf(fromMs), last: dayOf(toMs - 1), has, edges: [fromMs, toMs - 1] };
  };
  if (typeof range !== 'string') {
    return range[0].length === 10
      ? days(range[0], range[1])
      : instants(Date.parse(range[0]), Date.parse(range[1]));
  }
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7))];
  const dateText = (y: number, m: number, d: number) =>
    new Date(Date.UTC(y, m, d)).toISOString().slice(0, 10);
  if (range === 'day') return days(today, today);
  if (range === '24h') return instants(Math.floor(nowMs / 1000) * 1000 - 86_400_000, nowMs);
  if (range === 'month') return days(dateText(year, month - 1, 1), dateText(year, month, 0));
  if (range === 'year') return days(`${year}-01-01`, `${year}-12-31`);
  if (range === 'all') {
    const first = firstDay ?? today;
    return days([first, today].sort()[0]!, today);
  }
  const count = Number.parseInt(range, 10);
  if (range.endsWith('mo')) return days(dateText(year, month - 1 - count, 1), dateText(year, month - 1, 0));
  return days(plusDays(today, -count), plusDays(today, -1));
}

/** What a stretch of time is called. */
export function timeName(time: string, day: string, hour: string, first: string, weekStarts: number): string {
  if (time === 'time:hour') return hour;
  if (time === 'time:day') return day;
  if (time === 'time:month') return `${day.slice(0, 7)}-01`;
  let start = day;
  while (new Date(start).getUTCDay() !== weekStarts % 7) start = plusDays(start, -1);
  return start < first ? first : start;
}

function plusDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The date and the hour that the clocks of a zone show. */
export function clockOf(zone: string): (ms: number) => { day: string; hour: string } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  });
  const known = new Map<number, { day: string; hour: string }>();
  return (ms) => {
    const quarter = Math.floor(ms / 900_000);
    let shown = known.get(quarter);
    if (shown === undefined) {
      const parts = Object.fromEntries(
        format.formatToParts(quarter * 900_000).map(({ type, value }) => [type, value]),
      );
      shown = { day: `${parts['year']}-${parts['month']}-${parts['day']}`, hour: parts['hour']! };
      known.set(quarter, shown);
    }
    return shown;
  };
}
