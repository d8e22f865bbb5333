import { Command, Option } from 'commander';
import { random, say } from './data.ts';
import { reader } from './options.ts';
import { endOnSignal } from './serve.ts';

/** Beside a server on its usual port. */
const usualPort = 7071;

export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'show Daybook with invented traffic, in a temporary folder, until SIGINT or SIGTERM',
    )
    .addOption(
      new Option('--port <number>', 'port to listen on')
        .default(usualPort)
        .argParser(reader('port')),
    )
    .addOption(new Option('--host <address>', 'address to listen on').default('127.0.0.1'))
    .action(demo);
}

async function demo({
  port,
  host,
}: {
  readonly port: number;
  readonly host: string;
}): Promise<void> {
  // Loaded here: it brings thousands of user agents, which nothing else needs.
  const { startDemo } = await import('../demo/demo.ts');
  const server = await startDemo({
    port,
    host,
    clock: Date.now,
    random,
    env: { ...process.env, DAYBOOK_HOME: 'machine' },
  });
  endOnSignal(server);
  say(
    `Daybook with ${server.hits.toLocaleString('en-US')} invented hits of three months, ` +
      `and visitors arriving.`,
  );
  say('All of it is in a temporary folder, which is removed when this ends (Ctrl+C).');
  say('As its owner you may change it, too; sign in here:');
  say(`  ${server.url}/sign-in#key=${server.firstKey}`);
  say('Anyone may look:');
  say(server.dashboard);
}
