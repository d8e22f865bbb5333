import { Command, InvalidArgumentError, Option } from 'commander';
import { checkRange } from '../../lib/address-ranges.ts';
import { expectedPath, isChosenPath } from '../chosen-paths.ts';
import { expectedMemory, readMemory } from '../memory.ts';
import { readPublicUrl } from '../public-url.ts';
import { type Server, startServer } from '../server/server.ts';
import {
  cityOption,
  command,
  type DataFlag,
  dataOption,
  networkOption,
  note,
  say,
} from './data.ts';
import { type OidcFlag, oidcFlags, oidcOptions } from './oidc.ts';

type ServeFlags = DataFlag & {
  readonly port: number;
  readonly host: string;
  readonly trustProxy: readonly string[];
  readonly publicUrl?: string;
  readonly apiLimit: number;
  readonly scriptPath?: string;
  readonly eventPath?: string;
  readonly cityDatabase?: string;
  readonly networkDatabase?: string;
  readonly memory?: number;
} & OidcFlag;

export function serveCommand(): Command {
  const serving = new Command('serve')
    .description('collect hits and answer, until SIGINT or SIGTERM')
    .addOption(
      new Option('--port <number>', 'port to listen on')
        .env('PORT')
        .default(7070)
        .argParser(readPort),
    )
    .addOption(
      new Option('--host <address>', 'address to listen on; 0.0.0.0 for all')
        .env('HOST')
        .default('127.0.0.1'),
    )
    .addOption(dataOption())
    .addOption(
      new Option(
        '--trust-proxy <ranges>',
        'proxies whose X-Forwarded-For is believed: addresses or CIDR, with commas',
      )
        .env('DAYBOOK_TRUST_PROXY')
        .default([], 'none')
        .argParser(readRanges),
    )
    .addOption(
      new Option(
        '--public-url <url>',
        'where browsers reach this server, such as https://stats.example.com; snippets name it',
      )
        .env('DAYBOOK_PUBLIC_URL')
        .argParser(readUrl),
    )
    .addOption(
      new Option('--script-path <path>', 'where the tracker is served besides, such as /stats/a.js')
        .env('DAYBOOK_SCRIPT_PATH')
        .argParser(readPath),
    )
    .addOption(
      new Option('--event-path <path>', 'where the tracker sends hits, such as /stats/e')
        .env('DAYBOOK_EVENT_PATH')
        .argParser(readPath),
    )
    .addOption(
      new Option(
        '--api-limit <number>',
        'requests of the API a minute from one address; a key and a person may five times as ' +
          'many, the owner key any number; 0: no limit. Hits are never limited',
      )
        .env('DAYBOOK_API_LIMIT')
        .default(600)
        .argParser(readLimit),
    )
    .addOption(cityOption())
    .addOption(networkOption())
    .addOption(
      new Option(
        '--memory <size>',
        'what the server and its processes may take together, such as 512m (default: three ' +
          "quarters of the machine's, or of its control group's limit)",
      )
        .env('DAYBOOK_MEMORY')
        .argParser(readSize),
    );
  for (const option of oidcOptions()) serving.addOption(option);
  return serving.action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const { port, host, data, trustProxy, publicUrl, memory, apiLimit } = flags;
  const { cityDatabase, networkDatabase, scriptPath, eventPath } = flags;
  const server = await startServer({
    ...{ port, host, data, proxies: trustProxy, memoryBytes: memory, apiLimit },
    ...{ cityDatabase, networkDatabase, oidc: oidcFlags(flags) },
    ...(publicUrl !== undefined && { publicUrl }),
    ...(scriptPath !== undefined && { scriptPath }),
    ...(eventPath !== undefined && { eventPath }),
  });
  say(`Daybook is at ${server.url}, its data in ${data}`);
  if (server.firstKey !== undefined) {
    say(`Your owner key, shown only now; keep it safe (\`${command} key new\` makes another):`);
    say(`  ${server.firstKey}`);
    say('Sign in with it here:');
    say(`  ${server.url}/sign-in#key=${server.firstKey}`);
    say('Or set up an account of your own; this link is good once, for seven days:');
    say(`  ${server.url}/sign-up#${server.setUpToken}`);
  }
  endOnSignal(server);
}

/**
 * The first signal ends in good order; a second one at once. Nothing acknowledged is lost either
 * way.
 */
export function endOnSignal(server: Server): void {
  let ending = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (ending) process.exit(1);
      ending = true;
      server.close().then(
        () => process.exit(0),
        (error: unknown) => {
          note(String(error));
          process.exit(1);
        },
      );
    });
  }
}

export function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('expected a port from 0 to 65535.');
}

function readLimit(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a number of requests, or 0.');
}

function readPath(text: string): string {
  if (isChosenPath(text)) return text;
  throw new InvalidArgumentError(`expected ${expectedPath}.`);
}

function readUrl(text: string): string {
  const url = readPublicUrl({ DAYBOOK_PUBLIC_URL: text }).publicUrl;
  if (url !== undefined) return url;
  throw new InvalidArgumentError(
    'expected a URL without a path, such as https://stats.example.com.',
  );
}

function readSize(text: string): number {
  const bytes = readMemory(text);
  if (bytes !== undefined) return bytes;
  throw new InvalidArgumentError(`expected ${expectedMemory}.`);
}

function readRanges(text: string): readonly string[] {
  const ranges = text.split(',').map((part) => part.trim());
  for (const range of ranges) {
    const problem = checkRange(range);
    if (problem !== undefined) throw new InvalidArgumentError(problem);
  }
  return ranges;
}
