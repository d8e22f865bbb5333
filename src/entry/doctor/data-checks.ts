import { dueDays } from '../../close/due-days.ts';
import { shortDays } from '../../days/books.ts';
import type { Home } from '../../home/home.ts';
import { filesOfMonth, readMonths } from '../../ledger/manifest.ts';
import { type Clock, hourMs } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { filesProblem } from '../files-reached.ts';
import { openMachineClock } from '../machine-clock.ts';
import { openRandom } from '../random.ts';
import { readTrouble } from '../troubles.ts';
import { readUnnamedProxy } from '../unnamed-proxy.ts';
import { openWorldSites } from '../world.ts';
import { backupState } from './backup-check.ts';
import { type Checks, type Found, fine, spanOf, wrong } from './finding.ts';

/** A day is closed a quarter of an hour after its end, and within minutes. */
const stuckAfterMs = 6 * hourMs;

/** So many of one kind are named. */
const namedAtMost = 5;

export type DataMeans = {
  readonly env: NodeJS.ProcessEnv;
  readonly nowMs: number;
  readonly uptimeMs: Clock | undefined;
};

/** What can be wrong with what is stored. Everything is only read. */
export function dataChecks(home: Home, { env, nowMs, uptimeMs }: DataMeans): Checks {
  const sites = () => openWorldSites(home, () => nowMs, openRandom()).list();
  return {
    clock: async () => {
      const ids = async () => (await sites()).map(({ id }) => id);
      const clock = await openMachineClock(home, ids, {
        ...{ clock: () => nowMs, ...(uptimeMs !== undefined && { uptimeMs }) },
      });
      const problem = clock.problem();
      return problem === undefined
        ? fine(new Date(nowMs).toISOString())
        : wrong(
            problem,
            'set it right, best by a time server (timedatectl set-ntp true); if it is right, ' +
              'daybook close --trust-clock says so',
          );
    },
    closing: async () => {
      let [waiting, oldestMs] = [0, nowMs];
      for (const site of await sites()) {
        const due = (await dueDays({ home, clock: () => nowMs }, site)).filter((day) => day.isNew);
        waiting += due.length;
        oldestMs = Math.min(oldestMs, ...due.map(({ endedMs }) => endedMs));
      }
      const says = `${waiting} days wait to be closed`;
      const since = `, one since ${spanOf(nowMs - oldestMs)}`;
      const trouble = await readTrouble(home, 'closing');
      if (trouble !== undefined) {
        const fails = `it fails since ${spanOf(nowMs - trouble.sinceMs)}: ${trouble.problem}`;
        return wrong(
          `${says}${waiting > 0 ? since : ''}; ${fails}`,
          'see to that; it is tried again every 10 minutes, and by daybook close',
        );
      }
      return nowMs - oldestMs < stuckAfterMs
        ? fine(says)
        : wrong(
            `${says}${since}`,
            'daybook close says what is in the way; a server that runs closes days by itself: ' +
              'if it does not, start it again',
          );
    },
    reports: async () => {
      const trouble = await readTrouble(home, 'reports');
      if (trouble === undefined) return fine('the report process answered what it was asked last');
      const { problem, sinceMs, times } = trouble;
      return wrong(
        `no question was answered since ${spanOf(nowMs - sinceMs)}, ${times} times: ${problem}`,
        'SIGKILL: the machine had too little memory, see --memory; else start the server again',
      );
    },
    books: async () => {
      const found: Found[] = [];
      for (const { id, domain } of await sites())
        for (const { day, stored, rows } of await shortDays(home, id))
          found.push(
            wrong(
              `${domain} ${day}: ${stored} hits were stored, ${rows} are there`,
              'daybook verify names the files; put back a backup that has the day',
            ),
          );
      return some(found, 'they balance on all closed days');
    },
    files: async () => {
      const problem = await filesProblem(home);
      if (problem !== undefined)
        return wrong(
          `the ledger's files cannot be reached: ${problem}`,
          'see to the store and its rights: hits are still taken, reports and closing wait',
        );
      const there = new Map((await home.files.list('ledger/')).map((file) => [file.name, file]));
      const found: Found[] = [];
      let named = 0;
      for (const { id, domain } of await sites())
        for (const month of await readMonths(home, id))
          for (const { name, bytes } of filesOfMonth(id, month)) {
            named++;
            const file = there.get(name);
            if (file?.bytes === bytes) continue;
            const how = file === undefined ? 'is missing' : `has ${file.bytes} bytes, not ${bytes}`;
            found.push(wrong(`${domain}: ${name} ${how}`, 'put that file back from a backup'));
          }
      return some(found, `all ${named} of the ledger are there, in their size`);
    },
    proxy: async () => {
      const seen = await readUnnamedProxy(home);
      if (seen === undefined) return fine('none that is not named was seen');
      const { peer } = seen;
      return wrong(
        `${peer ?? 'a public address'} sent X-Forwarded-For and is not trusted: all its visitors ` +
          'count as one address',
        `if it is your proxy, start the server with --trust-proxy ${peer ?? 'ADDRESS'}`,
      );
    },
    backup: () => backupState(home, env, nowMs),
  };
}

function some(found: readonly Found[], says: string): readonly Found[] {
  if (found.length === 0) return [fine(says)];
  const more = found.length - namedAtMost;
  const named = found.slice(0, namedAtMost);
  return more <= 0
    ? named
    : [...named, wrong(`and ${more} more`, 'daybook verify names all of them')];
}

/** What `daybook verify` finds: every file is read whole. */
export async function fullCheck(home: Home): Promise<readonly Found[]> {
  const { verifySite } = await import('../../close/verify-ledger.ts');
  const { openClosing } = await import('../closing.ts');
  const closing = await openClosing(home, Date.now);
  try {
    const found: Found[] = [];
    for (const site of await openWorldSites(home, Date.now, openRandom()).list())
      for (const { at, problem } of (await verifySite(closing.world, site)).wrong)
        found.push(
          wrong(
            `${site.domain} ${at}: ${problem}`,
            'put it back from a backup, or see docs/keeping.md, "When data is damaged"',
          ),
        );
    return found.length > 0 ? found : [fine('every file is what it was written as')];
  } finally {
    closing.close();
  }
}

/** Why the data cannot be opened: its text says what to do. */
export const unopened = (error: unknown): Found =>
  wrong(messageOf(error), 'see to that first: nothing in the folder could be checked');
