import type { ChildProcess } from 'node:child_process';
import { dueDays } from '../../close/due-days.ts';
import { duePacks } from '../../close/due-packs.ts';
import { type Pass, runPass } from '../../close/pass.ts';
import { eventLine } from '../../close/pass-events.ts';
import { isUpkeepDue } from '../../close/upkeep.ts';
import type { World } from '../../http/world.ts';
import { dayMs, minuteMs, secondMs } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { openClosing } from '../closing.ts';
import type { Troubles } from '../troubles.ts';
import { endText, startChild } from './child.ts';
import { removeFor } from './removals.ts';
import type { Room } from './room.ts';

/**
 * Looking reads some rows of each site. Where reading rows costs money, it is done as often as the
 * closing function runs.
 */
const lookEveryMs = { own: minuteMs, paid: 15 * minuteMs };

/** The server starts first. */
const firstLookAfterMs = 5 * secondMs;

const upkeepAfterMs = 10 * minuteMs;

const againAfterFailureMs = 10 * minuteMs;

/** The lowest priority there is: nobody waits for it. */
const niceness = 19;

export type Closer = {
  /**
   * Closes what is due, in this process or beside it. If a pass runs already, gives that one.
   * `atOnce`: late rows do not wait.
   */
  closeDays(atOnce?: boolean): Promise<Pass>;
  /** Of the closing process, while there is one. */
  pid(): number | undefined;
  isClosing(): boolean;
  /** When the pass that runs was begun, by the machine's clock. */
  sinceMs(): number | undefined;
  /** Steps and passes that failed since the server started. */
  failures(): number;
  stop(): Promise<void>;
};

export type CloserOptions = {
  readonly data: string;
  readonly env: NodeJS.ProcessEnv;
  readonly memoryBytes: number;
  readonly room: Room;
  readonly troubles: Troubles;
};

/**
 * Closes days in a server: looks from time to time whether something is due, and only then runs a
 * pass, one at a time. `where`: in a process of its own; in this one; or in this one, and only when
 * asked.
 */
export function startCloser(
  world: World,
  where: 'process' | 'here' | 'asked',
  { data, env, memoryBytes, room, troubles }: CloserOptions,
): Closer {
  const { home, log } = world;
  const clock = world.careful.now;
  let child: ChildProcess | undefined;
  let running: Promise<Pass> | undefined;
  let sinceMs: number | undefined;
  let stopped = false;
  let stop = () => {};
  const stopping = new Promise<void>((resolve) => (stop = resolve));
  const startedMs = clock();
  let waitMs = 0;
  let failures = 0;

  async function beside(): Promise<Pass> {
    await Promise.race([room.makeForClosing(), stopping]);
    if (stopped) throw new Error('the server ends');
    const started = startChild('close-process', [data, String(clock())], {
      ...{ env, niceness, memoryBytes },
    });
    child = started;
    try {
      return await new Promise<Pass>((resolve, reject) => {
        started.on('message', (message) => {
          if (!removeFor(started, home.rows, message)) resolve(message as Pass);
        });
        started.once('error', reject);
        started.once('exit', (code, signal) =>
          reject(new Error(`the closing process ended (${endText(code, signal)})`)),
        );
      });
    } finally {
      child = undefined;
    }
  }

  async function here(atOnce: boolean): Promise<Pass> {
    const closing = await openClosing(home, clock);
    try {
      return await runPass(closing.world, world.sites, {
        ...{ untilMs: clock() + dayMs, atOnce },
        onEvent(event) {
          if (event.kind === 'failed') log.error({ err: event.error }, eventLine(event));
        },
      });
    } finally {
      closing.close();
    }
  }

  function closeDays(atOnce = false): Promise<Pass> {
    // It has then seen the time by which days are closed, and notices if the clock is set back.
    world.arrivals.setBacks();
    sinceMs ??= world.clock();
    running ??= counted(where === 'process' ? beside() : here(atOnce)).finally(() => {
      [running, sinceMs] = [undefined, undefined];
    });
    return running;
  }

  async function counted(pass: Promise<Pass>): Promise<Pass> {
    try {
      const done = await pass;
      failures += done.failed;
      if (done.failed === 0) troubles.works('closing');
      else troubles.failed('closing', done.problem ?? 'a step failed');
      return done;
    } catch (error) {
      if (!stopped) {
        failures++;
        troubles.failed('closing', messageOf(error));
      }
      throw error;
    }
  }

  async function isDue(): Promise<boolean> {
    for (const site of await world.sites.list()) {
      if ((await dueDays({ home, clock }, site)).length > 0) return true;
      if ((await duePacks({ home }, site)).length > 0) return true;
    }
    // Not soon after the start: a server that is started and stopped in a row does no upkeep.
    return clock() >= startedMs + upkeepAfterMs && isUpkeepDue({ home, clock });
  }

  async function look(): Promise<void> {
    if (running !== undefined) return;
    try {
      if (clock() < waitMs || !(await isDue()) || stopped) return;
      const { failed } = await closeDays();
      if (failed > 0) waitMs = clock() + againAfterFailureMs;
    } catch (error) {
      if (stopped) return;
      waitMs = clock() + againAfterFailureMs;
      log.error({ err: error }, 'closing days failed; it is tried again in 10 minutes');
    }
  }

  const everyMs = home.metered ? lookEveryMs.paid : lookEveryMs.own;
  const timers =
    where === 'asked' ? [] : [setTimeout(look, firstLookAfterMs), setInterval(look, everyMs)];
  return {
    closeDays,
    pid: () => child?.pid,
    isClosing: () => running !== undefined,
    sinceMs: () => sinceMs,
    failures: () => failures,
    async stop() {
      stopped = true;
      stop();
      for (const timer of timers) clearTimeout(timer);
      child?.kill('SIGKILL');
      await running?.catch(() => {});
    },
  };
}
