import { messageOf } from '../lib/errors.ts';
import { closePass, type Pass } from './lambda/close-pass.ts';
import { keepOwner, type LambdaWorld, openLambdaWorld } from './lambda/world.ts';

/** A function may run 15 minutes at the most; what is left is the next pass's. */
const passMs = 13 * 60_000;

let opened: Promise<LambdaWorld> | undefined;

/** What the schedule calls. Rejects where the pass failed: Lambda counts that, and tries again. */
export async function handler(): Promise<Pass> {
  opened ??= openLambdaWorld({ env: process.env });
  try {
    const { world } = await opened;
    await keepOwner(world, process.env);
    return await closePass(world, process.env['DAYBOOK_STACK'] ?? 'daybook', world.clock() + passMs, (line) =>
      process.stdout.write(`${line}\n`),
    );
  } catch (error) {
    opened = undefined;
    process.stderr.write(`daybook: ${messageOf(error)}\n`);
    throw error;
  }
}
