import { writeSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { DaybookError, messageOf } from '../lib/errors.ts';
import { awsCommand } from './cli-aws.ts';
import { closeCommand } from './cli-close.ts';
import { demoCommand } from './cli-demo.ts';
import { eraseCommand } from './cli-erase.ts';
import { exportCommand } from './cli-export.ts';
import { goalCommand } from './cli-goal.ts';
import { importCommand } from './cli-import.ts';
import { keyCommand } from './cli-key.ts';
import { pruneCommand } from './cli-prune.ts';
import { serveCommand } from './cli-serve.ts';
import { siteCommand } from './cli-site.ts';
import { verifyCommand } from './cli-verify.ts';

/**
 * Ends the process at once. `process.exit` may wait for ever: LMDB's writer thread, in the middle of a batch, waits for a
 * turn of the event loop that will never come. What was acknowledged is on disk already.
 */
function endAtOnce(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

process.on('uncaughtException', (error) => {
  writeSync(2, `daybook: ${stackOf(error)}\n`);
  endAtOnce();
});
// Whoever reads our output may stop reading (`| head`).
process.stdout.on('error', endAtOnce);

/** Runs the command line; a failure is one line on stderr and exit code 1. */
export async function main(argv: readonly string[], version: string): Promise<void> {
  const program = new Command('daybook')
    .description('Self-hosted web analytics: collects hits, keeps them durably, shows them.')
    .version(version)
    .exitOverride()
    .showHelpAfterError('(see daybook --help)')
    .addCommand(serveCommand())
    .addCommand(siteCommand())
    .addCommand(goalCommand())
    .addCommand(importCommand())
    .addCommand(exportCommand())
    .addCommand(closeCommand())
    .addCommand(eraseCommand())
    .addCommand(pruneCommand())
    .addCommand(verifyCommand())
    .addCommand(demoCommand())
    .addCommand(keyCommand())
    .addCommand(awsCommand());
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    // Help and version end through an error too; commander has said its own errors already.
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      process.stderr.write(`daybook: ${error instanceof DaybookError ? messageOf(error) : stackOf(error)}\n`);
      process.exitCode = 1;
    }
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
