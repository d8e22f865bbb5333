import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { RawPage } from '../../days/raw-hits.ts';
import type { Settled } from '../../journal/arrivals.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { Answer } from '../../report/answer/answer.ts';
import type { Reports } from '../../report/engine.ts';
import { limitsOf, type Role } from '../../report/query/limits.ts';
import { parseQuery } from '../../report/query/parse.ts';
import { parseBatch } from '../../report/query/parse-batch.ts';
import type { ReportSite } from '../../report/report.ts';
import { type ChildOptions, endText, startChild } from './child.ts';
import type { Question, Reply } from './report-process.ts';

/** Below every thread that takes hits in. */
const niceness = 10;

/** Every field of a site that reports use. A new one does not compile until it stands here. */
const ofSite: Record<keyof ReportSite, true> = {
  ...{
    id: true,
    domain: true,
    zones: true,
    goals: true,
    segments: true,
    pageGroups: true,
    weekStarts: true,
  },
};

const siteFields = Object.keys(ofSite) as (keyof ReportSite)[];

export type ReportProcess = Reports & {
  /** Of the process, while there is one. */
  pid(): number | undefined;
  /**
   * Ends the process if it has nothing to answer, so that its memory is free; the next question
   * starts another one. False where it has.
   */
  giveWay(): boolean;
};

type Waiting = { resolve(answer: unknown): void; reject(error: Error): void };

/**
 * The report engine as a process beside the server (`report-process.ts`), on the same data. If it
 * ends, its open questions are refused as `unavailable`, and the next question starts another one.
 */
export function openReportProcess(
  data: string,
  settled: () => Settled,
  options: Pick<ChildOptions, 'env' | 'memoryBytes'>,
): ReportProcess {
  const waiting = new Map<number, Waiting>();
  let child: Promise<ChildProcess> | undefined;
  let present: ChildProcess | undefined;
  let [asked, asking] = [0, 0];

  async function start(): Promise<ChildProcess> {
    const started = startChild('report-process', [data], { ...options, niceness });
    present = started;
    started.on('message', (reply: Reply | 'ready') => reply !== 'ready' && settle(reply));
    started.once('exit', (code, signal) => {
      if (present !== started) return; // It gave way: nobody waited for it.
      [child, present] = [undefined, undefined];
      for (const { reject } of waiting.values()) reject(ended(code, signal));
      waiting.clear();
    });
    const exited = once(started, 'exit').then(([code, signal]) => {
      throw ended(code as number | null, signal as string | null);
    });
    await Promise.race([once(started, 'message'), exited]);
    exited.catch(() => {});
    return started;
  }

  function settle(reply: Reply): void {
    const asker = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('answer' in reply) asker?.resolve(reply.answer);
    else asker?.reject(errorOf(reply.refused));
  }

  async function ask(what: Question['ask'], of: ReportSite, role: Role, body?: unknown) {
    asking++;
    try {
      return await askProcess(what, of, role, body);
    } finally {
      asking--;
    }
  }

  async function askProcess(what: Question['ask'], of: ReportSite, role: Role, body?: unknown) {
    child ??= start().catch((error: unknown) => {
      child = undefined;
      throw error;
    });
    const process = await child;
    return new Promise<unknown>((resolve, reject) => {
      const id = ++asked;
      waiting.set(id, { resolve, reject });
      const site = Object.fromEntries(siteFields.map((name) => [name, of[name]])) as ReportSite;
      try {
        process.send(
          { id, ask: what, site, role, body, settled: settled() } satisfies Question,
          (error) => {
            if (error !== null && waiting.delete(id)) reject(ended(null, null));
          },
        );
      } catch (error) {
        waiting.delete(id);
        throw error;
      }
    });
  }

  return {
    // What is malformed is refused here: no process is started for it.
    async query(site, body, role) {
      parseQuery(body, site, limitsOf[role]);
      return (await ask('query', site, role, body)) as Answer;
    },
    async batch(site, bodies, role) {
      parseBatch(bodies, site, limitsOf[role]);
      return (await ask('batch', site, role, bodies)) as Answer[];
    },
    realtime: (site, role) => ask('realtime', site, role) as Promise<number>,
    hits: (site, query, role) => ask('hits', site, role, query) as Promise<RawPage>,
    hitsAmong: (site, day, ids) =>
      ask('hitsAmong', site, 'owner', { day, ids }) as Promise<readonly string[]>,
    pid: () => present?.pid,
    giveWay() {
      if (asking > 0) return false;
      const idle = present;
      [child, present] = [undefined, undefined];
      idle?.kill('SIGKILL');
      return true;
    },
    close() {
      void child?.then((process) => process.kill('SIGKILL')).catch(() => {});
    },
  };
}

function ended(code: number | null, signal: string | null): DaybookError {
  return new DaybookError(
    'unavailable',
    `the report process ended (${endText(code, signal)}); ask again`,
  );
}

function errorOf(refused: Extract<Reply, { refused: unknown }>['refused']): Error {
  if (typeof refused === 'string') return new Error(refused);
  const { fault, message, fields } = refused;
  return new DaybookError(fault, message, fields && { fields: { ...fields } });
}
