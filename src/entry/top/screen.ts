import type { Health } from '../../http/schemas/health.ts';

/** How a server does at a moment, in ms of any clock that goes on. */
export type Look = { readonly atMs: number; readonly health: Health };

const mostSites = 8;

/**
 * What is going on, as lines: what was counted between two looks, by the second; of one look alone,
 * since the server started.
 */
export function screenOf(now: Look, before?: Look): string[] {
  const { version, closing, memory, disk, clock, books, hits, queries, requests } = now.health;
  const { reports, ledger, backup, not_ready: notReady } = now.health;
  const seconds = before === undefined ? undefined : (now.atMs - before.atMs) / 1_000;
  const rate = (count: number, earlier = 0) =>
    seconds === undefined
      ? String(count)
      : `${((count - earlier) / Math.max(seconds, 0.001)).toFixed(1)}/s`;
  const was = before?.health.hits;
  const each = (counts: Record<string, number>, earlier: Record<string, number> = {}) =>
    Object.entries(counts)
      .map(([name, count]) => ({ name, count, more: count - (earlier[name] ?? 0) }))
      .filter(({ more }) => seconds === undefined || more > 0)
      .sort((a, b) => b.more - a.more)
      .map(
        ({ name, count }) => `${name === '-' ? '(no site)' : name} ${rate(count, earlier[name])}`,
      );
  const waiting = closing.oldest_waiting === undefined ? '' : ` since ${closing.oldest_waiting}`;
  const lines: [string, string | undefined][] = [
    ['daybook', `${version}${seconds === undefined ? ', counted since it started' : ''}`],
    ['stored', rate(hits.stored, was?.stored)],
    ['dropped', each(hits.dropped, was?.dropped).join('  ') || '-'],
    ['sites', each(hits.by_site, was?.by_site).slice(0, mostSites).join('  ') || '-'],
    ['requests', `${requests.under_way} under way`],
    ...queries.map((one): [string, string] => [
      'query',
      `${one.ask} of ${one.site}, ${one.seconds.toFixed(1)} s`,
    ]),
    ['memory', memory.processes.map((one) => `${one.name} ${mib(one.own_bytes)}`).join('  ')],
    ['closing', `${closing.running ? 'now' : 'not now'}, ${closing.days_waiting} wait${waiting}`],
    ['', closing.problem],
    ['open rows', String(books.open_rows)],
    ['books', books.short_days.length === 0 ? undefined : 'do not balance: daybook verify'],
    ['disk', disk && `${mib(disk.free_bytes)} of ${mib(disk.total_bytes)} free`],
    ['clock', clock],
    ['no hits', notReady],
    ['reports', reports.problem],
    ['files', ledger.problem],
    ['missing', ledger.missing_files ? `${ledger.missing_files} files of the ledger` : undefined],
    ['backup', backup.problem],
  ];
  return lines.flatMap(([name, says]) => (says === undefined ? [] : `${name.padEnd(10)}${says}`));
}

const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20).toLocaleString('en-US')} MiB`;
