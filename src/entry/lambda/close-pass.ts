import { closeSites } from '../../close/pass.ts';
import { lineOf } from '../../close/pass-events.ts';
import { finishRemovals } from '../../close/remove-site.ts';
import type { CloseWorld } from '../../close/world.ts';
import type { World } from '../../http/world.ts';
import { hourMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';

/** What a pass did; also what the function answers. */
export type Pass = {
  readonly sites: number;
  readonly saltsDestroyed: number;
  readonly closed: number;
  readonly failed: number;
  /** Hours since the oldest day ended that should be in the ledger by now and is not; 0 is good. */
  readonly oldestUnclosedHours: number;
};

/** Where the alarm of `deploy/aws` looks for it. */
export const metricNamespace = 'Daybook';

export const metricName = 'OldestUnclosedDayHours';

/**
 * What a world of functions needs from time to time, since none of them lives long enough for
 * timers: salts destroyed in time, old sessions forgotten, the books put right, days closed.
 * `stack` names the deployment; `say` takes one line of the log, from which CloudWatch reads the
 * metric. Rejects where something failed that does not pass by itself, when all else is done.
 */
export async function closePass(
  world: World,
  closing: CloseWorld,
  stack: string,
  untilMs: number,
  say: (line: string) => void,
): Promise<Pass> {
  const { home, clock, sites, sessions } = world;
  // First, since it is a promise to visitors: nothing that fails later may keep a salt alive.
  const saltsDestroyed = await home.salts.destroyDue(clock());
  await sessions.sweep();
  await finishRemovals(closing, sites.isGone);
  const all = await sites.list();
  const errors: unknown[] = [];
  const { closed, failed, oldestUnclosedMs } = await closeSites(closing, all, {
    untilMs,
    tell: (told) => {
      if (told.told === 'failed') errors.push(told.error);
      say(JSON.stringify({ level: told.told === 'failed' ? 'error' : 'info', msg: lineOf(told) }));
    },
  });
  const nowMs = clock();
  const oldestUnclosedHours = (nowMs - (oldestUnclosedMs ?? nowMs)) / hourMs;
  const pass: Pass = { sites: all.length, saltsDestroyed, closed, failed, oldestUnclosedHours };
  say(JSON.stringify({ ...metricOf(nowMs, stack, oldestUnclosedHours), ...pass }));
  const lasting = errors.find(
    (error) => !(error instanceof DaybookError && error.fault === 'unavailable'),
  );
  if (lasting !== undefined) throw lasting;
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
