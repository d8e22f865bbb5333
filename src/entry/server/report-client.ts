import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { RawPage } from '../../days/raw-hits.ts';
import type { Settled } from '../../journal/arrivals.ts';
import { minuteMs, secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { Answer } from '../../report/answer/answer.ts';
import type { Reports } from '../../report/engine.ts';
import { checkAsked, type LookName, type Looks } from '../../report/looks/looks.ts';
import { parseMatching } from '../../report/looks/matching.ts';
import { limitsOf, type Standing } from '../../report/query/limits.ts';
import { parseQuery } from '../../report/query/parse.ts';
import { parseBatch } from '../../report/query/parse-batch.ts';
import type { ReportSite } from '../../report/report.ts';
import { type ChildOptions, endText, startChild } from './child.ts';
import type { Question, Reply } from './report-process.ts';

/** Below every thread that takes hits in. */
const niceness = 10;

const defaultUnaskedMs = 10 * minuteMs;

/** Longer than a question waits for its turn and computes: one that is stuck is not waited for. */
const defaultAnswersMs = 1.5 * minuteMs;

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
    narrowed: true,
  },
};

const siteFields = Object.keys(ofSite) as (keyof ReportSite)[];

export type ReportProcess = Reports & {
  /** Of the process, while there is one. */
  pid(): number | undefined;
  /**
   * Starts the process where there is none: somebody may ask soon, and need not wait for that.
   * Nobody is told if it fails; the first question is. One that is asked nothing ends again.
   */
  prepare(): void;
  /**
   * Ends the process as soon as it has answered what it was asked, so that its memory is free.
   * Questions that come from now on are for the next process, which starts when this one has ended.
   */
  giveWay(): Promise<void>;
};

/** A process, and its questions: those that it has got, and all that are to be answered by it. */
type Life = {
  readonly ready: Promise<ChildProcess>;
  readonly ended: Promise<unknown>;
  readonly waiting: Map<number, Waiting>;
  asking: number;
  wasAsked: boolean;
  child?: ChildProcess;
  /** Of one that is to end when nothing is asked of it any more. */
  whenIdle?: () => void;
};

type Waiting = { resolve(answer: unknown): void; reject(error: Error): void };

type Asked = {
  readonly what: Question['ask'];
  readonly of: ReportSite;
  readonly role: Standing;
  readonly body: unknown;
};

export type ReportProcessOptions = Pick<ChildOptions, 'env' | 'memoryBytes'> & {
  /** It ended by itself, or did not start. */
  readonly onFailed?: (problem: string) => void;
  /** It has answered, or refused what it was asked. */
  readonly onAnswer?: () => void;
  /** Resolves when there is room for one. */
  readonly mayStart?: () => Promise<void>;
  /** How long one that was only prepared waits for its first question. */
  readonly unaskedMs?: number;
  /** Within which a question is answered, or refused as `unavailable`. */
  readonly answersMs?: number;
};

/**
 * The report engine as a process beside the server (`report-process.ts`), on the same data. If it
 * ends, its open questions are refused as `unavailable`, and the next question starts another one.
 */
export function openReportProcess(
  data: string,
  settled: () => Settled,
  {
    mayStart = async () => {},
    onFailed = () => {},
    onAnswer = () => {},
    unaskedMs = defaultUnaskedMs,
    answersMs = defaultAnswersMs,
    ...options
  }: ReportProcessOptions,
): ReportProcess {
  let present: Life | undefined;
  /** Also those that are to end. */
  const lives = new Set<Life>();
  let [leaving, asked]: [Promise<unknown> | undefined, number] = [undefined, 0];
  let closed = false;

  function begin(): Life {
    const waiting: Life['waiting'] = new Map();
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    const life: Life = { ready: start(), ended, waiting, asking: 0, wasAsked: false };
    lives.add(life);
    void ended.then(() => lives.delete(life));
    return life;

    async function start(): Promise<ChildProcess> {
      try {
        await leaving;
        await mayStart();
        const child = startChild('report-process', [data], { ...options, niceness });
        life.child = child;
        child.on('message', (reply: Reply | 'ready') => reply !== 'ready' && settle(life, reply));
        child.once('exit', (code, signal) => {
          if (!closed && life.whenIdle === undefined)
            onFailed(`the report process ended (${endText(code, signal)})`);
          if (present === life) present = undefined;
          for (const { reject } of waiting.values()) reject(endedError(code, signal));
          waiting.clear();
          end();
        });
        const exited = once(child, 'exit').then(([code, signal]) => {
          throw endedError(code as number | null, signal as string | null);
        });
        await Promise.race([once(child, 'message'), exited]);
        exited.catch(() => {});
        return child;
      } catch (error) {
        if (present === life) present = undefined;
        end();
        throw error;
      }
    }
  }

  function settle({ waiting }: Life, reply: Reply): void {
    const asker = waiting.get(reply.id);
    waiting.delete(reply.id);
    onAnswer();
    // An answer of nothing at all comes without its field.
    if ('refused' in reply) asker?.reject(errorOf(reply.refused));
    else asker?.resolve(reply.answer);
  }

  async function ask(what: Question['ask'], of: ReportSite, role: Standing, body?: unknown) {
    present ??= begin();
    const life = present;
    life.asking++;
    life.wasAsked = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const late = lateError(answersMs);
        onFailed(late.message);
        reject(late);
      }, answersMs);
    });
    try {
      return await Promise.race([askProcess(life, { what, of, role, body }), late]);
    } finally {
      clearTimeout(timer);
      if (--life.asking === 0) life.whenIdle?.();
    }
  }

  async function askProcess({ ready, waiting }: Life, { what, of, role, body }: Asked) {
    const process = await ready;
    return new Promise<unknown>((resolve, reject) => {
      const id = ++asked;
      waiting.set(id, { resolve, reject });
      const site = Object.fromEntries(siteFields.map((name) => [name, of[name]])) as ReportSite;
      try {
        process.send(
          { id, ask: what, site, role, body, settled: settled() } satisfies Question,
          (error) => {
            if (error !== null && waiting.delete(id)) reject(endedError(null, null));
          },
        );
      } catch (error) {
        waiting.delete(id);
        throw error;
      }
    });
  }

  async function giveWay(): Promise<void> {
    const life = present;
    if (life?.child === undefined) return;
    present = undefined;
    leaving = life.ended;
    life.whenIdle = () => void life.child?.kill('SIGKILL');
    if (life.asking === 0) life.whenIdle();
    await life.ended;
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
    sums: (site, bodies, role) => ask('sums', site, role, bodies) as Promise<Answer[]>,
    realtime: (site, role) => ask('realtime', site, role) as Promise<number>,
    async look<N extends LookName>(
      site: ReportSite,
      name: N,
      asked: Looks[N]['asked'],
      role: Standing,
    ) {
      checkAsked(name, asked, site, limitsOf[role]);
      return (await ask('look', site, role, { name, asked })) as Looks[N]['given'];
    },
    async hits(site, query, role) {
      if (query.filters !== undefined) parseMatching(query.filters, site, limitsOf[role]);
      return (await ask('hits', site, role, query)) as RawPage;
    },
    hitsAmong: (site, day, ids) =>
      ask('hitsAmong', site, 'owner', { day, ids }) as Promise<readonly string[]>,
    pid: () => present?.child?.pid,
    prepare() {
      if (present !== undefined) return;
      const life = begin();
      present = life;
      life.ready.catch(() => {});
      const unasked = setTimeout(() => {
        if (present === life && !life.wasAsked) void giveWay();
      }, unaskedMs);
      unasked.unref();
      void life.ended.then(() => clearTimeout(unasked));
    },
    giveWay,
    close() {
      closed = true;
      for (const { child, ready } of lives) {
        child?.kill('SIGKILL');
        void ready.then(
          (late) => late.kill('SIGKILL'),
          () => {},
        );
      }
    },
  };
}

function endedError(code: number | null, signal: string | null): DaybookError {
  return new DaybookError(
    'unavailable',
    `the report process ended (${endText(code, signal)}); ask again`,
  );
}

const lateError = (ms: number) =>
  new DaybookError(
    'unavailable',
    `the report process has not answered within ${ms / secondMs} s; ask again later`,
  );

function errorOf(refused: Extract<Reply, { refused: unknown }>['refused']): Error {
  if (typeof refused === 'string') return new Error(refused);
  const { fault, message, fields } = refused;
  return new DaybookError(fault, message, fields && { fields: { ...fields } });
}
