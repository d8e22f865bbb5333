import { type Home, scanAll } from '../home/home.ts';
import { minuteMs } from '../lib/clock.ts';
import { timeText } from './keys.ts';

/**
 * When no server ran, where one process takes all hits:
 *
 *   server      heartbeat   {atMs}   when it ran last
 *   downtimes   <from>      {fromMs, toMs}
 *
 * One row a gap, written by the server that ended it.
 */
const heartbeat = { partition: 'server', sort: 'heartbeat' };

const downtimes = 'downtimes';

export const heartbeatEveryMs = minuteMs;

/** What is shorter was a restart, or is between two heartbeats. */
const shortestMs = 2 * minuteMs;

export type Downtime = { readonly fromMs: number; readonly toMs: number };

type Source = Pick<Home, 'rows'>;

/** A server runs at that moment. */
export const beat = ({ rows }: Source, atMs: number): Promise<void> =>
  rows.append([{ ...heartbeat, value: JSON.stringify({ atMs }) }]);

/** A server begins: keeps the time since the last heartbeat as a gap, if it is one. */
export async function endDowntime(home: Source, nowMs: number): Promise<void> {
  const text = await home.rows.get(heartbeat.partition, heartbeat.sort);
  const fromMs = text === undefined ? nowMs : (JSON.parse(text) as { atMs: number }).atMs;
  if (nowMs - fromMs >= shortestMs) {
    const value = JSON.stringify({ fromMs, toMs: nowMs } satisfies Downtime);
    await home.rows.append([{ partition: downtimes, sort: timeText(fromMs), value }]);
  }
  await beat(home, nowMs);
}

/** Those that have a moment in a span, the oldest first. */
export async function readDowntimes(
  { rows }: Source,
  { fromMs, toMs }: Downtime,
): Promise<Downtime[]> {
  const found: Downtime[] = [];
  for await (const { value } of scanAll(rows, downtimes, { to: timeText(Math.max(0, toMs)) })) {
    const one = JSON.parse(value) as Downtime;
    if (one.toMs > fromMs) found.push(one);
  }
  return found;
}
