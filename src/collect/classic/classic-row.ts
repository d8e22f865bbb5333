import { hash } from 'node:crypto';
import type { Candidate } from '../candidate.ts';
import { readDeploy } from '../dialects/deploy.ts';

/**
 * A row of a classic table: keys `pagePath` and `timestamp` (seconds), and whatever its writer kept
 * beside them.
 */
export type ClassicRow = {
  readonly pagePath: unknown;
  /** The number as its store writes it. */
  readonly timestamp: string | undefined;
  readonly more: Readonly<Record<string, unknown>>;
};

export type ClassicView = { readonly candidate: Candidate; readonly timeMs: number };

/** Writers that took milliseconds for seconds: nobody has recorded hits of the year 5138. */
const firstMilliseconds = 1e11;

/** What a row says, or what was expected of it. */
export function readClassicRow(
  row: ClassicRow,
  receivedAtMs: number,
): ClassicView | { readonly expected: string } {
  const time = Number(row.timestamp ?? '');
  if (row.timestamp === undefined || !Number.isFinite(time) || time <= 0)
    return { expected: 'a timestamp in seconds' };
  const timeMs = Math.round(time < firstMilliseconds ? time * 1_000 : time);
  if (typeof row.pagePath !== 'string') return { expected: 'a pagePath' };
  const context = { userAgent: '', address: '', hasKey: false, optsOut: false, receivedAtMs };
  const text = JSON.stringify(inOneOrder({ ...row.more, pathname: row.pagePath }));
  const read = readDeploy(text, context);
  if ('invalid' in read) return { expected: Object.values(read.invalid).flat().join(', ') };
  // The pair is unique in its table; hashed once more by `hitId`, as every sender's id.
  const id = `classic ${hash('sha256', `${row.pagePath}\n${row.timestamp}`, 'hex')}`;
  return { candidate: { ...read, id }, timeMs };
}

/**
 * A JSON value with the keys of all its objects sorted: a store gives a map's keys in any order,
 * and the same row must be the same hit of the same visitor.
 */
function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, inOneOrder(one)]));
}

/**
 * What distinguishes visitors if no address was kept: browser, platform, language, and where they
 * said they were. It goes into the day's keyed hash and nowhere else. The keys of `location` are in
 * the order of `readClassicRow`.
 */
export function visitorTraits({ userAgent, language, sent = {} }: Candidate): string {
  return [
    userAgent,
    language ?? '',
    JSON.stringify(sent['platform'] ?? ''),
    JSON.stringify(sent['location'] ?? ''),
  ].join('\n');
}
