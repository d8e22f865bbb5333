import { Command } from 'commander';
import { dayMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { letsEncrypt } from '../https/authority.ts';
import { type HttpsOptions, type Server, startServer } from '../server/server.ts';
import { startSuccessor, succeedSignal, whyNotSucceeded } from '../server/successor.ts';
import { type Flags, type ServeName, serveNames } from '../settings/table.ts';
import { command, note, say } from './data.ts';
import { oidcFlags } from './oidc.ts';
import { settingOption } from './options.ts';

type ServeFlags = Flags<ServeName>;

export function serveCommand(): Command {
  const serving = new Command('serve').description(
    'collect hits and answer, until SIGINT or SIGTERM',
  );
  for (const name of serveNames) serving.addOption(settingOption(name));
  return serving.action(serve);
}

async function serve(flags: ServeFlags): Promise<void> {
  const { data, trustProxy, publicUrl, base, memory, apiLimit } = flags;
  const https = httpsOf(flags);
  const { port = https ? 443 : 7070, host = https ? '::' : '127.0.0.1' } = flags;
  const { cityDatabase, networkDatabase, scriptPath, eventPath } = flags;
  const { smtpFile, mailFrom, privateWebhooks } = flags;
  // Before it can be asked to: the signal would end the process.
  const handOver = handOverOnSignal();
  const server = await startServer({
    ...{ port, host, https, data, proxies: trustProxy, memoryBytes: memory, apiLimit },
    ...{ cityDatabase, networkDatabase, oidc: oidcFlags(flags) },
    ...{ notify: { smtpFile, mailFrom, privateWebhooks }, handsOver: handOver !== undefined },
    ...backupOf(flags),
    ...(publicUrl !== undefined && { publicUrl }),
    ...(base !== undefined && { base }),
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
  handOver?.(server);
}

/**
 * Takes the signal by which a server is succeeded. Gives what says from when on it is followed;
 * undefined where this process cannot be succeeded.
 */
function handOverOnSignal(): ((server: Server) => void) | undefined {
  const whyNot = whyNotSucceeded(process.env);
  if (process.platform === 'win32') return undefined;
  if (whyNot !== undefined) {
    process.on(succeedSignal, () => note(`this server cannot be succeeded: ${whyNot}`));
    return undefined;
  }
  let serving: Server | undefined;
  let isUnderWay = false;
  async function handOver(): Promise<void> {
    if (serving === undefined || isUnderWay) return;
    isUnderWay = true;
    try {
      const { pid } = await startSuccessor(serving.sockets());
      note(`process ${pid} goes on in place of this one`);
    } catch (error) {
      note(`this server goes on: ${messageOf(error)}`);
      isUnderWay = false;
      return;
    }
    await end(serving);
  }
  process.on(succeedSignal, () => void handOver());
  return (server) => {
    serving = server;
  };
}

function httpsOf(flags: ServeFlags): HttpsOptions | undefined {
  const { https: names, httpsEmail: email, httpPort: plainPort, acmeCa: caFile } = flags;
  const { acmeDirectory: directoryUrl = letsEncrypt } = flags;
  return names && { names, plainPort, authority: { directoryUrl, email, caFile } };
}

function backupOf({ backupTo, backupEvery, backupKeep }: ServeFlags) {
  if (backupTo !== undefined) {
    const keep = backupKeep === 0 ? undefined : backupKeep;
    return { backup: { place: backupTo, everyMs: backupEvery ?? dayMs, keep } };
  }
  if (backupEvery === undefined && backupKeep === undefined) return {};
  throw new DaybookError('bad-input', '--backup-every and --backup-keep need --backup-to');
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
      void end(server);
    });
  }
}

const end = (server: Server) =>
  server.close().then(
    () => process.exit(0),
    (error: unknown) => {
      note(String(error));
      process.exit(1);
    },
  );
