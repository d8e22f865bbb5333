import { sweepAccounts } from '../../account/sweep-accounts.ts';
import { runPass } from '../../close/pass.ts';
import { eventLine } from '../../close/pass-events.ts';
import type { CloseWorld } from '../../close/world.ts';
import type { World } from '../../http/world.ts';
import { hourMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';

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

type LambdaPass = {
  readonly closing: CloseWorld;
  /** The name of the deployment, for the metric. */
  readonly stack: string;
  /** Nothing starts after this. */
  readonly untilMs: number;
  /** Writes one line to the log, from which CloudWatch reads the metric. */
  readonly say: (line: string) => void;
};

/**
 * What functions need from time to time, since none of them lives long enough for timers: salts are
 * destroyed in time, old sessions forgotten, and a closing pass runs. Rejects at the end where
 * something failed that does not pass by itself.
 */
export async function closePass(
  world: World,
  { closing, stack, untilMs, say }: LambdaPass,
): Promise<Pass> {
  const { home, clock, sites } = world;
  // First, since it is a promise to visitors: nothing that fails later may keep a salt alive.
  const saltsDestroyed = await home.salts.destroyDue(clock());
  await sweepAccounts(world, clock());
  const errors: unknown[] = [];
  const hoursSince = (ms: number | undefined) => (ms === undefined ? 0 : (clock() - ms) / hourMs);
  const metric = (ms: number | undefined) => metricOf(clock(), stack, hoursSince(ms));
  const result = await runPass(closing, sites, {
    untilMs,
    // A pass that dies has said this much.
    onDue({ oldestUnclosedMs }) {
      if (oldestUnclosedMs !== undefined) say(JSON.stringify(metric(oldestUnclosedMs)));
    },
    onEvent(event) {
      if (event.kind === 'failed') errors.push(event.error);
      const level = event.kind === 'failed' ? 'error' : 'info';
      say(JSON.stringify({ level, msg: eventLine(event) }));
    },
  });
  const { closed, failed, oldestUnclosedMs, incomplete = false } = result;
  const oldestUnclosedHours = hoursSince(oldestUnclosedMs);
  const { length: count } = await sites.list();
  const pass: Pass = { sites: count, saltsDestroyed, closed, failed, oldestUnclosedHours };
  // Where the days of a site could not be read, 0 would be no more than a guess.
  const isKnown = oldestUnclosedMs !== undefined || !incomplete;
  say(JSON.stringify({ ...(isKnown && metric(oldestUnclosedMs)), ...pass }));
  // Last: what it says of yesterday is of closed days then.
  try {
    await world.notify?.turn();
  } catch (error) {
    errors.push(error);
    say(JSON.stringify({ level: 'error', msg: `reports were not sent: ${messageOf(error)}` }));
  }
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
