import { writeSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { plainText } from '../../lib/plain-text.ts';
import { load } from './loaded.ts';

/**
 * In the order of the help. Only the one that is asked for is loaded: all together take a quarter
 * of a second.
 */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./serve.ts')).serveCommand(),
  restart: async () => (await import('./restart.ts')).restartCommand(),
  config: async () => (await import('./config.ts')).configCommand(),
  site: async () => (await import('./site.ts')).siteCommand(),
  apply: async () => (await import('./apply.ts')).applyCommand(),
  goal: async () => (await import('./goal.ts')).goalCommand(),
  segment: async () => (await import('./segment.ts')).segmentCommand(),
  annotation: async () => (await import('./annotation.ts')).annotationCommand(),
  import: async () => (await import('./import.ts')).importCommand(),
  export: async () => (await import('./export.ts')).exportCommand(),
  sql: async () => (await import('./sql.ts')).sqlCommand(),
  close: async () => (await import('./close.ts')).closeCommand(),
  erase: async () => (await import('./erase.ts')).eraseCommand(),
  privacy: async () => (await import('./privacy.ts')).privacyCommand(),
  prune: async () => (await import('./prune.ts')).pruneCommand(),
  restore: async () => (await import('./restore.ts')).restoreCommand(),
  backup: async () => (await import('./backup.ts')).backupCommand(),
  compact: async () => (await import('./compact.ts')).compactCommand(),
  verify: async () => (await import('./verify.ts')).verifyCommand(),
  top: async () => (await import('./top.ts')).topCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  rescue: async () => (await import('./rescue.ts')).rescueCommand(),
  demo: async () => (await import('./demo.ts')).demoCommand(),
  key: async () => (await import('./key.ts')).keyCommand(),
  user: async () => (await import('./user.ts')).userCommand(),
  aws: async () => (await import('./aws.ts')).awsCommand(),
};

/**
 * Ends the process at once. `process.exit` may wait for ever: LMDB's writer thread, in the middle
 * of a batch, waits for a turn of the event loop that will never come. What was acknowledged is on
 * disk already.
 */
function endAtOnce(): never {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

process.on('uncaughtException', (error) => {
  writeSync(2, `daybook: ${plainText(stackOf(error))}\n`);
  endAtOnce();
});

// The reader of our output may stop reading (`| head`).
process.stdout.on('error', endAtOnce);

/** Runs the command line; a failure is one line on stderr and exit code 1. */
export async function main(argv: readonly string[], version: string): Promise<void> {
  const program = new Command('daybook')
    .description('Self-hosted web analytics: collects hits, keeps them durably, shows them.')
    .version(version)
    .option('--config <file>', 'file with settings (DAYBOOK_CONFIG; else daybook.yaml in the data)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(plainText(text)) })
    .showHelpAfterError('(see daybook --help)');
  const named = Object.entries(commands).filter(([name]) => name === argv[2]);
  const isVersion = argv[2] === '--version' || argv[2] === '-V';
  // All of them for the help, or to say what else there is.
  const wanted = named.length > 0 || isVersion ? named : Object.entries(commands);
  for (const [, make] of wanted) program.addCommand(await make());
  program.hook('postAction', async (_, command) =>
    (await import('./audited.ts')).auditCommand(command),
  );
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
    command.showHelpAfterError(`(see daybook ${command.name()} --help)`);
    for (const sub of command.commands)
      sub.showHelpAfterError(`(see daybook ${command.name()} ${sub.name()} --help)`);
  }
  try {
    if (argv.length > 2 && !argv.some((arg) => /^(-h|--help|-V|--version|help)$/.test(arg)))
      await load(argv);
    await program.parseAsync(argv);
  } catch (error) {
    // Help and version end through an error too; commander has said its own errors already.
    if (error instanceof CommanderError) process.exitCode = error.exitCode;
    else {
      const text = error instanceof DaybookError ? messageOf(error) : stackOf(error);
      process.stderr.write(`daybook: ${plainText(text)}\n`);
      process.exitCode = 1;
    }
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
