import { join } from 'node:path';
import type { Session } from '../duck/duck.ts';
import { parquet, parquetOptions, quoted } from '../duck/parquet.ts';
import { dayContents, prepareDays } from '../ledger/day-contents.ts';
import { inOrder } from '../ledger/save-files.ts';
import type { Day } from '../lib/site-days.ts';
import { offsetSpans } from '../lib/site-hours.ts';
import { createTables, noTables, type Tables } from '../visits/tables.ts';
import { filesOf, ledgerRows } from './file-tables.ts';
import { type DaysSite, type HeldDays, sourceOf, type Within } from './held-days.ts';
import type { Days } from './open-days.ts';
import { readDays } from './read-days.ts';
import type { DaySource, Opened, Wanted } from './wanted.ts';

type Kind = 'hits' | 'visits';

/** The hits or visits that a site has in some days, each once, as they are at one moment. */
export type SiteRows = {
  /** What reads them, with the ledger's columns: over files alone. */
  readonly from: Readonly<Partial<Record<Kind, string>>>;
  /** Every file that these read. */
  readonly paths: readonly string[];
  /** The first and the last day of those that have hits. */
  readonly days: { readonly first?: Day | undefined; readonly last?: Day | undefined };
  /** The ledger's files may go again. */
  release(): void;
};

/**
 * Opens the rows of a site for a database that reads nothing else. The ledger's files of closed
 * days are read as they are. What is not in them (open days, days with late rows, days that
 * something was erased from since) is written into `folder`, as closing would write it. Rejects
 * with fault `unavailable` after the time of `days`.
 */
export async function openSiteRows(
  days: Days,
  site: DaysSite,
  span: Within,
  { folder, kinds }: { readonly folder: string; readonly kinds: readonly Kind[] },
): Promise<SiteRows> {
  await days.duck.write((session) => createTables(session, noTables));
  return readDays(days, site, span, (held) => {
    const scopes = scopesOf(held, kinds.includes('visits'));
    return {
      scopes,
      async compute(session, _, opened) {
        const written = new Map<string, readonly Day[]>();
        for (const scope of scopes.filter(isWritten))
          written.set(await write(session, site, scope, { opened, folder, kinds }), daysOf(scope));
        // A reader of no file could not tell the columns.
        if (written.size === 0) written.set(await writeNone(session, { folder, kinds }), []);
        const ofFiles = scopes.filter((scope) => !isWritten(scope)).flatMap(daysOf);
        const files = kinds.flatMap((kind) => [...filesOf(site.id, ofFiles, held, kind).values()]);
        const kept = await days.files.open(files.map(({ file }) => file));
        const amended = [...written.values()].flat();
        const from = (kind: Kind) => {
          const own = parquet([...written.keys()].map((name) => `${name}.${kind}`));
          const clean = ledgerRows(site.id, ofFiles, held, { kind, pathOf: kept.pathOf });
          if (clean === undefined) return own;
          const which = within(span, amended);
          return `(FROM ${own} UNION ALL BY NAME SELECT * FROM ${clean} WHERE ${which})`;
        };
        const all = [...amended, ...ofFiles].sort();
        return {
          from: Object.fromEntries(kinds.map((kind) => [kind, from(kind)])),
          paths: [
            ...[...written.keys()].flatMap((name) => kinds.map((kind) => `${name}.${kind}`)),
            ...files.map(({ file }) => kept.pathOf(file.name)),
          ],
          days: { first: all[0], last: all.at(-1) },
          release: kept.release,
        };
      },
    };
  });
}

const daysOf = (scope: Wanted) => scope.days.map(({ day }) => day);

const isWritten = ({ days: [first] }: Wanted) => first?.source !== 'files';

/** The days that have hits, by where they are; pruned ones have none. */
function scopesOf(held: HeldDays, hasVisits: boolean): Wanted[] {
  const bySource = new Map<DaySource | undefined, Wanted['days'][number][]>();
  for (const day of held.days) {
    const { source } = sourceOf(held, day);
    if (source === 'rolled' || source === 'gone') continue;
    const one = { day, ...(source !== undefined && { source }) };
    bySource.set(source, [...(bySource.get(source) ?? []), one]);
  }
  return [...bySource].map(([source, days]) => ({
    ...{ relation: 'hits', days },
    // The visits of what is written here are needed to number them.
    ...(source === 'files' && !hasVisits && { hitsOnly: true }),
  }));
}

/** Of files, which may hold other days too: those that are asked for, and are not written here. */
function within({ from, to }: Within, written: readonly Day[]): string {
  const date = (day: Day) => `DATE '${day}'`;
  const tests = [
    ...(from === undefined ? [] : [`day >= ${date(from)}`]),
    ...(to === undefined ? [] : [`day <= ${date(to)}`]),
    ...(written.length === 0 ? [] : [`day NOT IN (${written.map(date).join(', ')})`]),
  ];
  return tests.join(' AND ') || 'true';
}

type Place = { readonly folder: string; readonly kinds: readonly Kind[] };

/** Writes days of one source as closing would; gives the path without its ending. */
async function write(
  session: Session,
  { zones }: DaysSite,
  scope: Wanted,
  { opened, folder, kinds }: Place & { readonly opened: Opened },
): Promise<string> {
  const path = join(folder, scope.days[0]!.source ?? 'mounted');
  const days = daysOf(scope).map((day) => ({ day, spans: offsetSpans(zones, day) }));
  await prepareDays(session, opened.tables(scope), days);
  await writeContents(session, opened.tables(scope), { path, kinds });
  return path;
}

async function writeNone(session: Session, { folder, kinds }: Place): Promise<string> {
  const path = join(folder, 'none');
  const spans = [{ fromMs: 0, toMs: 0, offsetMs: 0 }];
  await prepareDays(session, noTables, [{ day: '1970-01-01', spans }]);
  await writeContents(session, noTables, { path, kinds });
  return path;
}

async function writeContents(
  session: Session,
  tables: Tables,
  { path, kinds }: { readonly path: string; readonly kinds: readonly Kind[] },
): Promise<void> {
  const contents = dayContents(tables).filter(({ kind }) => kinds.some((one) => one === kind));
  for (const content of contents)
    await session.rows(
      `/* sql.${content.kind} */ COPY (${inOrder(content)})
      TO ${quoted(`${path}.${content.kind}`)} (${parquetOptions})`,
    );
  for (const table of ['offsets', 'numbered']) await session.rows(`DROP TABLE temp.${table}`);
}
