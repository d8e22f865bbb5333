import type { ChildProcess } from 'node:child_process';
import type { World } from '../../http/world.ts';
import { minuteMs, secondMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { type LastBackup, readLastBackup } from '../backup.ts';
import type { Troubles } from '../troubles.ts';
import type { BackupReply } from './backup-process.ts';
import { type ChildOptions, endText, startChild } from './child.ts';
import type { Room } from './room.ts';

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
  /** Of the backup's process, while there is one. */
  pid(): number | undefined;
  /** The last one that was made, also by a command; undefined where none ever was. */
  last(): Promise<LastBackup | undefined>;
  isRunning(): boolean;
  failures(): number;
  stop(): Promise<void>;
};

export type BackupsOptions = Omit<ChildOptions, 'niceness'> & {
  readonly data: string;
  readonly room: Room;
  readonly troubles: Troubles;
};

/** Makes backups from time to time, each in a process of its own; without settings, none. */
export function startBackups(
  { home, clock, log }: Pick<World, 'home' | 'clock' | 'log'>,
  settings: BackupSettings | undefined,
  { room, troubles, ...options }: BackupsOptions,
): Backups {
  if (settings !== undefined && home.snapshot === undefined)
    throw new DaybookError(
      'bad-input',
      '--backup-to: the home on AWS is backed up by DynamoDB and S3 themselves (docs/aws.md)',
    );
  let child: ChildProcess | undefined;
  let running: Promise<void> | undefined;
  let stopped = false;
  let stop = () => {};
  const stopping = new Promise<void>((resolve) => (stop = resolve));
  let waitMs = 0;
  let failures = 0;

  async function beside({ place, keep }: BackupSettings): Promise<BackupReply> {
    await Promise.race([room.makeForBackup(), stopping]);
    if (stopped) throw new Error('the server ends');
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
      troubles.works('backup');
    } catch (error) {
      if (stopped) return;
      failures++;
      const problem = messageOf(error);
      troubles.failed('backup', problem);
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

  // There was a place before, and now there is none.
  if (settings === undefined) troubles.works('backup');
  const timers =
    settings === undefined
      ? []
      : [setTimeout(look, firstLookAfterMs), setInterval(look, lookEveryMs)];
  return {
    pid: () => child?.pid,
    last: () => readLastBackup(home),
    isRunning: () => running !== undefined,
    failures: () => failures,
    async stop() {
      stopped = true;
      stop();
      for (const timer of timers) clearTimeout(timer);
      child?.kill('SIGKILL');
      await running;
    },
  };
}
