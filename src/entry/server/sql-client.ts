import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import { tooLong, tooMuchMemory } from '../../sql/refusals.ts';
import { oneAtATime, type Sql, type SqlRunner, sqlTimeoutMs } from '../../sql/sql.ts';
import { residentOf, sharesOf } from '../memory.ts';
import { type ChildOptions, endText, startChild } from './child.ts';
import type { SqlReply, SqlTask } from './sql-process.ts';

/** Below reports, too. */
const niceness = 15;

/** What starting and writing take at the most beyond the statement's own time. */
const graceMs = 10 * secondMs;

const lookEveryMs = 100;

export type SqlProcess = Sql & {
  /** Of the process of the statement that runs. */
  pid(): number | undefined;
  /** Resolves when no statement runs. */
  idle(): Promise<void>;
};

export type SqlProcessOptions = Pick<ChildOptions, 'env' | 'memoryBytes'> & {
  /** Resolves when there is room for one; rejects where there is none. */
  readonly mayStart?: () => Promise<void>;
  /** A process that takes longer is killed. */
  readonly killMs?: number;
};

/** Each statement in a process of its own (`sql-process.ts`), on the data in the folder `data`. */
export function openSqlProcess(
  data: string,
  filesFolder: string,
  { mayStart = async () => {}, killMs = sqlTimeoutMs + graceMs, ...options }: SqlProcessOptions,
): SqlProcess {
  let present: { readonly child: ChildProcess; readonly ended: Promise<unknown> } | undefined;
  const { sqlBytes, sqlMostBytes } = sharesOf(options.memoryBytes);

  const runner: SqlRunner = async (site, asked, scratch, signal) => {
    await mayStart();
    signal?.throwIfAborted();
    const child = startChild('sql-process', [data], { ...options, niceness });
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    present = { child, ended };
    let refusal: DaybookError | undefined;
    const end = () => void child.kill('SIGKILL');
    const refuse = (why: DaybookError) => {
      refusal ??= why;
      end();
    };
    const timer = setTimeout(() => refuse(tooLong(sqlTimeoutMs)), killMs);
    const looking = setInterval(() => {
      const { ownBytes = 0 } = residentOf(child.pid ?? 0) ?? {};
      if (ownBytes > sqlMostBytes) refuse(tooMuchMemory(sqlBytes));
    }, lookEveryMs);
    signal?.addEventListener('abort', end);
    try {
      const { id, zones } = site;
      child.send({ site: { id, zones }, asked, scratch } satisfies SqlTask, () => {});
      const reply = await Promise.race([
        once(child, 'message').then(([message]) => message as SqlReply),
        ended.then(([code, by]) => {
          signal?.throwIfAborted();
          throw refusal ?? endedError(code, by);
        }),
      ]);
      if ('refused' in reply) throw errorOf(reply.refused);
      return reply.done;
    } finally {
      clearTimeout(timer);
      clearInterval(looking);
      signal?.removeEventListener('abort', end);
      end();
      // Its memory is free, and it writes nothing any more.
      await ended;
      present = undefined;
    }
  };
  return {
    ...oneAtATime(filesFolder, runner),
    pid: () => present?.child.pid,
    idle: async () => void (await present?.ended),
    close: () => void present?.child.kill('SIGKILL'),
  };
}

const endedError = (code: number | null, signal: string | null) =>
  new DaybookError(
    'unavailable',
    `the process of the statement ended (${endText(code, signal)}); send it again`,
  );

function errorOf(refused: Extract<SqlReply, { refused: unknown }>['refused']): Error {
  if (typeof refused === 'string') return new Error(refused);
  const { fault, message, fields } = refused;
  return new DaybookError(fault, message, fields && { fields: { ...fields } });
}
