import { resolve } from 'node:path';
import type { Home } from '../../home/home.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { homeName, openHome } from '../home.ts';
import { servedAt } from '../process-lease.ts';
import { readSetting } from '../settings/environment.ts';
import { dataChecks, fullCheck, unopened } from './data-checks.ts';
import { type Finding, fine, runChecks } from './finding.ts';
import { type FileSystem, folderState, machineChecks, readFileSystem } from './machine-checks.ts';
import { networkChecks } from './network-checks.ts';

export type DoctorOptions = {
  readonly data: string;
  readonly env: NodeJS.ProcessEnv;
  /** Reads every file whole, too. */
  readonly isFull?: boolean;
  readonly nowMs: number;
  readonly uptimeMs?: Clock;
  readonly nodeVersion?: string;
  readonly fileSystem?: (folder: string) => Promise<FileSystem>;
};

/**
 * Looks at everything that can be wrong with a Daybook on this machine, beside a running server or
 * without one, and changes nothing that is stored. What is not there is not looked at.
 */
export async function examine({
  env,
  isFull = false,
  nowMs,
  uptimeMs,
  nodeVersion = process.versions.node,
  fileSystem = readFileSystem,
  ...options
}: DoctorOptions): Promise<Finding[]> {
  const data = resolve(options.data);
  const isMachine = homeName(env) === 'machine';
  const absent = isMachine ? await folderState(data) : undefined;
  const origin = readSetting('public-url', env);
  const publicUrl = origin && `${origin}${readSetting('base', env) ?? ''}`;
  const network = (served: string | undefined) =>
    runChecks(networkChecks({ env, nowMs, served, publicUrl }));
  const machine = machineChecks({ data, nowMs, nodeVersion, fileSystem });
  if (absent !== undefined) {
    const findings = await runChecks({ node: machine['node']!, data: async () => absent });
    return [...findings, ...(await network(undefined))];
  }
  const findings = await runChecks(isMachine ? machine : { node: machine['node']! });
  let home: Home;
  try {
    home = await openHome(data, () => nowMs, env);
  } catch (error) {
    const opened = await runChecks({ data: async () => unopened(error) });
    return [...findings, ...opened, ...(await network(undefined))];
  }
  try {
    findings.push({ check: 'data', ...fine(isMachine ? data : 'on AWS') });
    findings.push(...(await runChecks(dataChecks(home, { env, nowMs, uptimeMs }))));
    if (isFull) findings.push(...(await runChecks({ verify: () => fullCheck(home) })));
    return [...findings, ...(await network(await servedAt(home).catch(() => undefined)))];
  } finally {
    await home.close().catch((error: unknown) => messageOf(error));
  }
}
