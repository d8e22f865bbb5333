import { connect } from 'node:net';
import { messageOf } from '../../lib/errors.ts';
import { mailServerOf } from '../notify.ts';
import { readSetting } from '../settings/environment.ts';
import { servedValidity } from './certificate.ts';
import { type Checks, type Found, fine, wrong } from './finding.ts';
import { endOf, portState } from './machine-checks.ts';

const answerWithinMs = 5_000;

export type NetworkMeans = {
  readonly env: NodeJS.ProcessEnv;
  readonly nowMs: number;
  /** Where a server has the data open, or was killed. */
  readonly served: string | undefined;
  readonly publicUrl: string | undefined;
};

/** The server, if one runs, its port otherwise; the way that browsers take; mail. */
export function networkChecks({ env, nowMs, served, publicUrl }: NetworkMeans): Checks {
  return {
    server: () => serverState(env, served),
    'public-url': async () => {
      if (publicUrl === undefined)
        return fine('none is set (DAYBOOK_PUBLIC_URL): links name where a request came in');
      const problem = await notLive(publicUrl);
      if (problem !== undefined)
        return wrong(
          `${publicUrl} does not lead here: ${problem}`,
          'see to DNS, the proxy and its certificate, or set DAYBOOK_PUBLIC_URL right',
        );
      return fine(`${publicUrl} answers`);
    },
    'public-certificate': async () => {
      if (publicUrl === undefined || !publicUrl.startsWith('https:')) return fine('none is needed');
      const validity = await servedValidity(new URL(publicUrl), answerWithinMs);
      return endOf(validity, nowMs, 'renew it where TLS ends: in the proxy, or by --https');
    },
    mail: async () => {
      const smtp = mailServerOf(env);
      if (smtp === undefined) return fine('none is set (DAYBOOK_SMTP, DAYBOOK_SMTP_FILE)');
      const { hostname, port, protocol } = new URL(smtp);
      const at = Number(port || (protocol === 'smtps:' ? 465 : 587));
      const problem = await notReachable(hostname, at);
      return problem === undefined
        ? fine(`${hostname}:${at} takes connections`)
        : wrong(
            `the mail server ${hostname}:${at} cannot be reached: ${problem}`,
            'see to its name and port in DAYBOOK_SMTP, and to the firewall',
          );
    },
  };
}

async function serverState(env: NodeJS.ProcessEnv, served: string | undefined): Promise<Found> {
  if (served !== undefined) {
    const answer = await ask(`${served}/health/ready`);
    if (typeof answer !== 'string') {
      const said = (await answer.json().catch(() => ({}))) as { error?: string };
      return answer.ok
        ? fine(`it answers at ${served}, and takes hits`)
        : wrong(
            `it answers at ${served}, and takes no hits: ${said.error ?? answer.status}`,
            'mend that',
          );
    }
  }
  return portState(readSetting('host', env) ?? '127.0.0.1', readSetting('port', env) ?? 7070);
}

async function ask(url: string): Promise<Response | string> {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) });
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    return cause === undefined ? messageOf(error) : messageOf(cause);
  }
}

async function notLive(url: string): Promise<string | undefined> {
  const answer = await ask(`${url}/health/live`);
  if (typeof answer === 'string') return answer;
  const said = (await answer.json().catch(() => ({}))) as { live?: boolean };
  return said.live === true ? undefined : `it answers ${answer.status}, and is no Daybook`;
}

/** Undefined where it takes a connection. */
function notReachable(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: answerWithinMs });
    const end = (problem: string | undefined) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end('no answer'));
    socket.once('error', (error) => end(messageOf(error)));
  });
}
