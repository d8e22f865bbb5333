import type { World } from '../../http/world.ts';
import { settleSite, type Unsettled } from '../../journal/stored-count.ts';
import { hourMs } from '../../lib/clock.ts';

/** What a pass did; also what the function answers. */
export type Pass = {
  readonly sites: number;
  readonly saltsDestroyed: number;
  /** Hours since the oldest day ended that should have been settled by now and is not; 0 is good. */
  readonly oldestUnclosedHours: number;
};

/** Where the alarm of `deploy/aws` looks for it. */
export const metricNamespace = 'Daybook';
export const metricName = 'OldestUnclosedDayHours';

/**
 * What a world of functions needs from time to time, since none of them lives long enough for timers: salts destroyed in
 * time, old sessions forgotten, the books put right. Closing days into the ledger is to come; until then a day counts as
 * closed when its books are settled. `stack` names the deployment; `say` takes one line of the log, from which CloudWatch reads the metric.
 */
export async function closePass(
  world: World,
  stack: string,
  untilMs: number,
  say: (line: string) => void,
): Promise<Pass> {
  const { home, clock, sites, sessions } = world;
  // First, since it is a promise to visitors: nothing that fails later may keep a salt alive.
  const saltsDestroyed = await home.salts.destroyDue(clock());
  await sessions.sweep();
  const unsettled: Unsettled[] = [];
  const all = await sites.list();
  for (const site of all) unsettled.push(...(await settleSite(home, site, clock, untilMs)));
  const nowMs = clock();
  const oldestMs = unsettled.reduce((least, { endedMs }) => Math.min(least, endedMs), nowMs);
  const oldestUnclosedHours = (nowMs - oldestMs) / hourMs;
  const pass: Pass = { sites: all.length, saltsDestroyed, oldestUnclosedHours };
  say(JSON.stringify({ ...metricOf(nowMs, stack, oldestUnclosedHours), ...pass }));
  return pass;
}

/** CloudWatch's embedded metric format: a line of the log that is a metric too, without a call. */
function metricOf(timestampMs: number, stack: string, hours: number): Record<string, unknown> {
  return {
    _aws: {
      Timestamp: timestampMs,
      CloudWatchMetrics: [
        {
          Namespace: metricNamespace,
          Dimensions: [['Stack']],
          Metrics: [{ Name: metricName, Unit: 'None' }],
        },
      ],
    },
    Stack: stack,
    [metricName]: hours,
  };
}
