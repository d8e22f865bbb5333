import { stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import { leaseLapsesMs, renewLeaseMs } from '../model/times.ts';

/** What one process at a time may do with a data folder, and the error that others get. */
type Leased = { readonly sort: string; held(lease: Lease): string };

const serving: Leased = {
  sort: 'lease',
  held: ({ url, pid, host }) =>
    `this data folder is being served already, at ${url} (process ${pid} on ${host}); ` +
    'end that server first, or give this one a folder of its own with --data',
};

/** That of the server that has the home open, or had it open when it was killed. */
export async function readLease({ rows }: Pick<Home, 'rows'>): Promise<Lease | undefined> {
  const text = await rows.get('server', serving.sort);
  return text === undefined ? undefined : (JSON.parse(text) as Lease);
}

/**
 * Where a server answers that has the home open, or had it open when it was killed; undefined where
 * there is none, or none that has a port.
 */
export async function servedAt({ rows }: Pick<Home, 'rows'>): Promise<string | undefined> {
  const lease = await readLease({ rows });
  if (lease === undefined) return undefined;
  const { url } = lease;
  const here = url.replace(/^(0\.0\.0\.0|127\.0\.0\.1|\[::1?\]):/, 'localhost:');
  const found = /^https?:\/\//.test(here) ? here : `http://${here}`;
  return URL.canParse(found) ? found : undefined;
}

const importing = (site: string): Leased => ({
  sort: `import/${site}`,
  held: ({ pid, host }) =>
    `another import into this site is under way (process ${pid} on ${host}); wait for it`,
});

const backup: Leased = {
  sort: 'backup',
  held: ({ pid, host }) =>
    `another backup of this data is under way (process ${pid} on ${host}); wait for it`,
};

export type Lease = {
  readonly pid: number;
  readonly host: string;
  readonly url: string;
  /**
   * Which folder it is of: its device and inode. A copy of a data folder contains the lease of the
   * server that was running then, but is another folder. Absent in leases of earlier versions.
   */
  readonly folder?: string;
  /** Whether it can be succeeded (`server/successor.ts`). */
  readonly handsOver?: boolean;
  readonly renewedMs: number;
};

export type ProcessLease = { release(): Promise<void> };

/**
 * Only one process at a time: by default, one server a data folder, since reports rely on seeing
 * all hits come in (`journal/arrivals.ts`). Rejects with fault `conflict` while another process
 * holds the lease. One that was killed holds it no longer.
 */
export async function takeLease(
  home: Pick<Home, 'rows' | 'files'>,
  clock: Clock,
  self: Pick<Lease, 'pid' | 'host' | 'url' | 'handsOver'>,
  { sort, held: problemOf }: Leased = serving,
): Promise<ProcessLease> {
  const { rows, files } = home;
  const { dev, ino } = await stat(files.folder);
  const folder = `${dev}:${ino}`;
  const leaseKey = { partition: 'server', sort };
  const text = () => JSON.stringify({ ...self, folder, renewedMs: clock() } satisfies Lease);
  for (;;) {
    const present = await rows.get(leaseKey.partition, leaseKey.sort);
    const held = present === undefined ? undefined : (JSON.parse(present) as Lease);
    if (held !== undefined && isHeld(held)) {
      throw new DaybookError('conflict', problemOf(held));
    }
    if (await rows.putIf({ ...leaseKey, value: text() }, present)) break;
  }

  function isHeld({ pid, host, folder: its = folder, renewedMs }: Lease): boolean {
    if (its !== folder && host === self.host) return false;
    if (host !== self.host) return Math.abs(clock() - renewedMs) < leaseLapsesMs;
    // A process does not find itself there: another had its number before, as in a container
    // started again.
    return pid !== self.pid && isProcessAlive(pid);
  }

  const timer = setInterval(() => {
    // On a full disk it lapses for other machines only.
    rows.append([{ ...leaseKey, value: text() }]).catch(() => {});
  }, renewLeaseMs);
  return {
    async release() {
      clearInterval(timer);
      await rows.remove([leaseKey]).catch(() => {});
    },
  };
}

/**
 * One import of an export into a site: two would bring the same rows, and each would count them.
 */
export function takeImportLease(
  home: Pick<Home, 'rows' | 'files'>,
  clock: Clock,
  siteId: string,
): Promise<ProcessLease> {
  const self = { pid: process.pid, host: hostname(), url: '' };
  return takeLease(home, clock, self, importing(siteId));
}

/** One backup at a time: each removes what none names. */
export const takeBackupLease = (
  home: Pick<Home, 'rows' | 'files'>,
  clock: Clock,
  self: Parameters<typeof takeLease>[2],
): Promise<ProcessLease> => takeLease(home, clock, self, backup);

/** Whether a process of this machine lives, of any user. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
