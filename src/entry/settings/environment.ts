import { DaybookError, messageOf } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import { type SettingName, settingNames, settingOf, type ValueOf } from './table.ts';

/** Names of ours that others read: the clients, and tools of the project. */
const ofOthers: readonly RegExp[] = [
  /^DAYBOOK_CONFIG$/,
  /^DAYBOOK_(URL|KEY|TIMEOUT_SECONDS|TRUSTED_PROXIES|OPEN_VISUALIZATION|WAIT_MS)$/,
  /^DAYBOOK_(TEST|BENCH|FUZZ|DEPLOY)_/,
  /^DAYBOOK_API_(SEED|EXAMPLES)$/,
  /^DAYBOOK_(CHROME|CDK)$/,
];

/** What Kubernetes sets where a service is called daybook, or daybook-web. */
const ofService = (name: string, value = '') =>
  /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP|SCTP)(_|$)/.test(name) ||
  (name.endsWith('_PORT') && /^(tcp|udp|sctp):/.test(value));

const known = new Set(settingNames.map((name) => settingOf(name).env));

const rests = new Map([...known].map((name) => [name.replace(/^DAYBOOK_/, ''), name]));

/** Each variable `DAYBOOK_…` that nobody reads, with what it may have been meant to be. */
export function unknownVariables(env: NodeJS.ProcessEnv): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('DAYBOOK_') && !known.has(name))
    .filter((name) => !ofService(name, env[name]) && !ofOthers.some((one) => one.test(name)))
    .map((name) => `${name}: there is no such setting${meant(name)}`);
}

/** `PORT` has no `DAYBOOK_` before it; and what comes after it is what somebody has mistyped. */
function meant(name: string): string {
  const rest = name.slice('DAYBOOK_'.length);
  const found = nearest(rest, rests.keys());
  return found === undefined ? '' : `; did you mean ${rests.get(found)}?`;
}

/**
 * A setting by the environment alone. Undefined where it is not there or empty; what is wrong goes
 * to `onWrong`, which by default throws `bad-input`.
 */
export function readSetting<N extends SettingName>(
  name: N,
  env: NodeJS.ProcessEnv,
  onWrong = refuse,
): ValueOf<N> | undefined {
  const { kind, env: variable } = settingOf(name);
  const value = env[variable];
  if (value === undefined || value === '') return undefined;
  try {
    return kind.read(value) as ValueOf<N>;
  } catch (error) {
    onWrong(`${variable}: ${messageOf(error)}`);
    return undefined;
  }
}

function refuse(problem: string): void {
  throw new DaybookError('bad-input', problem);
}
