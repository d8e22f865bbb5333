import type { Session } from '../duck/duck.ts';
import { parquet } from '../duck/parquet.ts';
import type { Day } from '../lib/site-days.ts';
import { textFields } from '../model/fields.ts';
import type { FileKind } from './manifest.ts';

/** What the files of a set say of themselves, where no manifest says it any more. */
export type ProbedSet = {
  /** The first that has all of its columns (`presentSchema`). */
  readonly schema: number;
  /** Rows of each file that could be read whole. */
  readonly rows: Readonly<Partial<Record<FileKind, number>>>;
  readonly hits: Readonly<Record<Day, number>>;
  readonly visits: Readonly<Record<Day, number>>;
  /** Days that have roll-ups. */
  readonly rolled: readonly Day[];
  /** Of most hits. */
  readonly hostname: string | undefined;
  /** An instant of some days, in ms, and what the site's clock was ahead of UTC then, in s. */
  readonly offsets: readonly (readonly [number, number])[];
};

type Paths = Readonly<Partial<Record<FileKind, string>>>;

/**
 * Reads every value of every file. One that cannot be read is left out, and so are roll-ups that do
 * not agree with the visits: they can be made again. Files may be anything: DuckDB may end the
 * process.
 */
export async function probeSet(session: Session, paths: Paths): Promise<ProbedSet> {
  const rows: Partial<Record<FileKind, number>> = {};
  for (const [kind, path] of Object.entries(paths) as [FileKind, string][]) {
    const count = await orUndefined(async () => {
      const [read] = await session.rows(
        `/* probe.whole */ SELECT count(*), bit_xor(hash(t)) FROM ${parquet([path])} AS t`,
      );
      return Number(read![0]);
    });
    if (count !== undefined) rows[kind] = count;
  }
  const whole = (kind: FileKind) => (rows[kind] === undefined ? undefined : paths[kind]);
  const hits = await byDay(session, whole('hits'), 'count(*)');
  const visits = await byDay(session, whole('visits'), 'count(*)');
  const rolled = await byDay(session, whole('rollup'), `sum(visits) FILTER (dimension = '')`);
  const agree = Object.keys(rolled).every(
    (day) => visits[day] === undefined || visits[day] === rolled[day],
  );
  if (!agree) {
    delete rows.rollup;
    delete rows.hours;
  }
  return {
    rows,
    hits,
    visits,
    rolled: agree ? Object.keys(rolled) : [],
    schema: await schemaOf(session, whole('hits') ?? whole('visits')),
    ...(await placeOf(session, whole('hits'))),
  };
}

async function schemaOf(session: Session, path: string | undefined): Promise<number> {
  if (path === undefined) return 1;
  const described = await orUndefined(() =>
    session.rows(`/* probe.columns */ DESCRIBE FROM ${parquet([path])}`),
  );
  const columns = new Set((described ?? []).map(([name]) => name));
  return Math.max(
    1,
    ...textFields.flatMap(({ column, since }) => (columns.has(column) ? since : [])),
  );
}

async function byDay(
  session: Session,
  path: string | undefined,
  count: string,
): Promise<Record<Day, number>> {
  if (path === undefined) return {};
  const rows = await orUndefined(() =>
    session.rows(
      `/* probe.days */ SELECT day::VARCHAR, ${count} FROM ${parquet([path])} GROUP BY 1`,
    ),
  );
  return Object.fromEntries((rows ?? []).map(([day, n]) => [String(day), Number(n)]));
}

async function placeOf(
  session: Session,
  path: string | undefined,
): Promise<Pick<ProbedSet, 'hostname' | 'offsets'>> {
  if (path === undefined) return { hostname: undefined, offsets: [] };
  const from = parquet([path]);
  const [names, offsets] = [
    await orUndefined(() =>
      session.rows(`/* probe.hostname */ SELECT hostname FROM ${from} WHERE hostname <> ''
        GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1`),
    ),
    await orUndefined(() =>
      session.rows(`/* probe.offsets */ SELECT epoch_ms(min("time")), utc_offset FROM ${from}
        GROUP BY day, utc_offset LIMIT 400`),
    ),
  ];
  const hostname = names?.[0]?.[0];
  return {
    hostname: typeof hostname === 'string' ? hostname : undefined,
    offsets: (offsets ?? []).map(([ms, offset]) => [Number(ms), Number(offset)] as const),
  };
}

async function orUndefined<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}
