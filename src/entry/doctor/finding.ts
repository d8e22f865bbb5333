import { dayMs, hourMs, minuteMs } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';

/**
 * What a check has found. `note`: worth knowing, and nothing is broken. `todo` is in words for
 * whoever owns the machine.
 */
export type Finding = {
  readonly check: string;
  readonly state: 'fine' | 'note' | 'wrong';
  readonly says: string;
  readonly todo?: string;
};

export type Found = Omit<Finding, 'check'>;

export const fine = (says: string): Found => ({ state: 'fine', says });
export const note = (says: string, todo: string): Found => ({ state: 'note', says, todo });
export const wrong = (says: string, todo: string): Found => ({ state: 'wrong', says, todo });

/** Checks by name; each gives one finding, or several. */
export type Checks = Readonly<Record<string, () => Promise<Found | readonly Found[]>>>;

/** Runs them one by one: a check that fails is a finding, and the others go on. */
export async function runChecks(checks: Checks): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [check, run] of Object.entries(checks)) {
    const found = await run().catch((error: unknown) =>
      wrong(`it could not be checked: ${messageOf(error)}`, 'see to that, and run it again'),
    );
    for (const one of [found].flat()) findings.push({ check, ...one });
  }
  return findings;
}

/** How long, in words. */
export const spanOf = (ms: number) =>
  ms < 2 * hourMs
    ? `${Math.max(0, Math.round(ms / minuteMs))} minutes`
    : ms < 2 * dayMs
      ? `${Math.round(ms / hourMs)} hours`
      : `${Math.round(ms / dayMs)} days`;

/** Bytes, for people. */
export const sizeOf = (bytes: number) =>
  bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(1)} GiB`;
