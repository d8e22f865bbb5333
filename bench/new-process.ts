import { readFileSync } from 'node:fs';
import { memoryBytesOf } from '../src/entry/memory.ts';
import { startChild } from '../src/entry/server/child.ts';
import type { Question, Reply } from '../src/entry/server/report-process.ts';
import type { ReportSite } from '../src/report/report.ts';

/** What the first question costs in a report process of its own, from its start to the answer. */
export type FirstReport = {
  readonly startMs: number;
  readonly answerMs: number;
  readonly cpuMs: number;
  /** Its own memory at the most, without mapped files. */
  readonly peakMb: number;
  /** Why there was no answer. */
  readonly refused?: string;
};

/** Works on Linux only. `data` is a machine's folder, `body` the queries of a batch. */
export async function firstReport(
  data: string,
  site: ReportSite,
  body: unknown,
): Promise<FirstReport> {
  const begunMs = performance.now();
  const memoryBytes = memoryBytesOf(process.env);
  const child = startChild('report-process', [data], {
    env: process.env,
    niceness: 0,
    memoryBytes,
  });
  let peakMb = 0;
  const looking = setInterval(() => {
    peakMb = Math.max(peakMb, ownMb(child.pid!));
  }, 10);
  const next = () =>
    new Promise<Reply | 'ready'>((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`the report process ended: ${code}`)));
    });
  try {
    await next();
    const startMs = performance.now() - begunMs;
    const settled = { ms: 0, setBacks: 0 };
    child.send({ id: 1, ask: 'batch', site, role: 'owner', body, settled } satisfies Question);
    const reply = await next();
    const refused = reply !== 'ready' && 'refused' in reply ? reply.refused : undefined;
    return {
      ...{ startMs, answerMs: performance.now() - begunMs - startMs, peakMb },
      cpuMs: cpuMs(child.pid!),
      ...(refused !== undefined && {
        refused: typeof refused === 'string' ? refused : refused.message,
      }),
    };
  } finally {
    clearInterval(looking);
    child.kill('SIGKILL');
  }
}

const ownMb = (pid: number) =>
  Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Ticks of a hundredth of a second, in user and in system mode. */
function cpuMs(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ').slice(13, 15);
  return (Number(user) + Number(system)) * 10;
}
