import { Command, CommanderError } from 'commander';
import { DaybookError, messageOf } from '../lib/errors.ts';
import { keyCommand } from './cli-key.ts';
import { serveCommand } from './cli-serve.ts';
import { siteCommand } from './cli-site.ts';

/** Runs the command line; a failure is one line on stderr and exit code 1. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('daybook')
    .description('Self-hosted web analytics: collects hits, keeps them durably, shows them.')
    .exitOverride()
    .showHelpAfterError('(see daybook --help)')
    .addCommand(serveCommand())
    .addCommand(siteCommand())
    .addCommand(keyCommand());
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
