import type { ChildProcess } from 'node:child_process';
import type { World } from '../../http/world.ts';
import { minuteMs, secondMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { type LastBackup, readLastBackup } from '../backup.ts';
import type { BackupReply } from './backup-process.ts';
import { type ChildOptions, endText, startChild } from './child.ts';

export type BackupSettings = {
  /** A folder, or `s3://bucket/prefix`. */
  readonly place: string;
  readonly everyMs: number;
  readonly keep?: number | undefined;
};

const lookEveryMs = 2 * secondMs;

/** The server starts first. */
const firstLookAfterMs = secondMs;

const againAfterFailureMs = 10 * minuteMs;

/** Hits and questions go first. */
const niceness = 15;

export type Backups = {
  /** The last one that was made, also by a command; undefined where none ever was. */
  last(): Promise<LastBackup | undefined>;
  isRunning(): boolean;
  /** Why the latest try failed; undefined where it did not. */
  problem(): string | undefined;
  failures(): number;
  stop(): Promise<void>;
};

/** Makes backups from time to time, each in a process of its own; without settings, none. */
export function startBackups(
  { home, clock, log }: Pick<World, 'home' | 'clock' | 'log'>,
  settings: BackupSettings | undefined,
  options: Omit<ChildOptions, 'niceness'> & { readonly data: string },
): Backups {
  if (settings !== undefined && home.snapshot === undefined)
    throw new DaybookError(
      'bad-input',
      '--backup-to: the home on AWS is backed up by DynamoDB and S3 themselves (docs/aws.md)',
    );
  let child: ChildProcess | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  let waitMs = 0;
  let failures = 0;
  let problem: string | undefined;

  function beside({ place, keep }: BackupSettings): Promise<BackupReply> {
    const args = [options.data, place, ...(keep === undefined ? [] : [String(keep)])];
    const started = startChild('backup-process', args, { ...options, niceness });
    child = started;
    return new Promise((resolve, reject) => {
      started.once('message', (message) => resolve(message as BackupReply));
      started.once('error', reject);
      started.once('exit', (code, signal) =>
        reject(new Error(`the backup's process ended (${endText(code, signal)})`)),
      );
    });
  }

  async function run(of: BackupSettings): Promise<void> {
    try {
      const reply = await beside(of);
      if ('failed' in reply) throw new Error(reply.failed);
      const { bytes, writtenBytes, removed } = reply.made;
      log.info({ bytes, writtenBytes, removed }, 'backed up');
      problem = undefined;
    } catch (error) {
      if (stopped) return;
      failures++;
      problem = messageOf(error);
      waitMs = clock() + Math.min(of.everyMs, againAfterFailureMs);
      log.error({ problem }, 'the backup failed; it is tried again');
    } finally {
      child = undefined;
    }
  }

  async function look(): Promise<void> {
    if (settings === undefined || running !== undefined || clock() < waitMs) return;
    const last = await readLastBackup(home).catch(() => undefined);
    // A clock that was set back makes it due, too.
    if (last !== undefined && Math.abs(clock() - last.atMs) < settings.everyMs) return;
    if (stopped || running !== undefined) return;
    running = run(settings).finally(() => {
      running = undefined;
    });
  }

  const timers =
    settings === undefined
      ? []
      : [setTimeout(look, firstLookAfterMs), setInterval(look, lookEveryMs)];
  return {
    last: () => readLastBackup(home),
    isRunning: () => running !== undefined,
    problem: () => problem,
    failures: () => failures,
    async stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      child?.kill('SIGKILL');
      await running;
    },
  };
}
