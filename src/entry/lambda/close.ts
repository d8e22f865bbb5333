import { messageOf } from '../../lib/errors.ts';
import { type Closing, openClosing } from '../closing.ts';
import { openReports } from '../reports.ts';
import { closePass, type Pass } from './close-pass.ts';
import { lambdaNotify } from './notify.ts';
import { keepOwner, type LambdaWorld, openLambdaWorld } from './world.ts';

/** A function may run 15 minutes at the most; what is left is the next pass's. */
const passMs = 13 * 60_000;

/**
 * Of the function's memory, DuckDB's part; the rest is Node's, and that of rows and files on their
 * way.
 */
const closingShare = 0.6;

/** Of the reports that are sent: they are asked for when closing is done. */
const reportShare = 0.15;

type Opened = LambdaWorld & { readonly closing: Closing };

let opened: Promise<Opened> | undefined;

async function open(env: NodeJS.ProcessEnv): Promise<Opened> {
  const ownBytes = Number(env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE'] ?? 3_008) * 1024 ** 2;
  const lambda = await openLambdaWorld({
    ...{ env, notify: lambdaNotify },
    reports: (home, clock) => openReports(home, clock, { memoryBytes: ownBytes * reportShare }),
  });
  const { home, clock } = lambda.world;
  return { ...lambda, closing: await openClosing(home, clock, [], ownBytes * closingShare) };
}

/**
 * Whatever state it is in, the next event has another; what this one has on the disk would stay as
 * long as the process.
 */
async function reopenNext(): Promise<void> {
  const failed = opened;
  opened = undefined;
  try {
    const { closing, world } = await failed!;
    closing.close();
    await world.home.close();
  } catch {
    // It was not open.
  }
}

/** What the schedule calls. Rejects where the pass failed: Lambda counts that, and tries again. */
export async function handler(): Promise<Pass> {
  opened ??= open(process.env);
  try {
    const { world, closing } = await opened;
    await keepOwner(world, process.env);
    const stack = process.env['DAYBOOK_STACK'] ?? 'daybook';
    return await closePass(world, {
      ...{ closing: closing.world, stack, untilMs: world.clock() + passMs },
      say: (line) => void process.stdout.write(`${line}\n`),
    });
  } catch (error) {
    await reopenNext();
    process.stderr.write(`daybook: ${messageOf(error)}\n`);
    throw error;
  }
}
