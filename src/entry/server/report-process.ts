import type { RawQuery } from '../../days/raw-hits.ts';
import type { Settled } from '../../journal/arrivals.ts';
import { DaybookError, messageOf, shortageOf } from '../../lib/errors.ts';
import type { Day } from '../../lib/site-days.ts';
import type { Reports } from '../../report/engine.ts';
import type { LookName, Looks } from '../../report/looks/looks.ts';
import type { Standing } from '../../report/query/limits.ts';
import type { ReportSite } from '../../report/report.ts';
import { openHome } from '../home.ts';
import { openReports } from '../reports.ts';
import { endWithServer } from './child.ts';

/** What the server asks its report process. Every question gets one reply, with its `id`. */
export type Question = {
  readonly id: number;
  readonly ask: 'query' | 'batch' | 'sums' | 'realtime' | 'look' | 'hits' | 'hitsAmong';
  readonly site: ReportSite;
  readonly role: Standing;
  readonly body?: unknown;
  /** When it was asked. */
  readonly settled: Settled;
};

export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | {
      readonly id: number;
      readonly refused: Pick<DaybookError, 'fault' | 'message' | 'fields'> | string;
    };

/**
 * The report engine in a process of its own, at a lower priority: queries then use what the cores
 * have left, and no query can take the server with it. Started by `report-client.ts`; ends when the
 * server does.
 */
async function main(): Promise<void> {
  endWithServer();
  const home = await openHome(process.argv[2]!, Date.now, process.env, { isChecked: true });
  // Until the first question nothing is known to be settled.
  let settled: Settled = { ...(home.writers === 'one' && { ms: 0 }), setBacks: 0 };
  const reports = await openReports(home, Date.now, { settled: () => settled });
  process.on('message', (question: Question) => {
    settled = question.settled;
    void answer(reports, question).then((reply) => process.connected && process.send!(reply));
  });
  process.send!('ready');
}

async function answer(reports: Reports, { id, ask, site, role, body }: Question): Promise<Reply> {
  try {
    if (ask === 'realtime') return { id, answer: await reports.realtime(site, role) };
    if (ask === 'look') {
      const { name, asked } = body as { name: LookName; asked: Looks[LookName]['asked'] };
      return { id, answer: await reports.look(site, name, asked, role) };
    }
    if (ask === 'hits') return { id, answer: await reports.hits(site, body as RawQuery, role) };
    if (ask === 'hitsAmong') {
      const { day, ids } = body as { day: Day; ids: readonly string[] };
      return { id, answer: await reports.hitsAmong(site, day, ids) };
    }
    if (ask === 'sums') return { id, answer: await reports.sums(site, body, role) };
    return {
      id,
      answer: await (ask === 'batch'
        ? reports.batch(site, body, role)
        : reports.query(site, body, role)),
    };
  } catch (error) {
    const known = error instanceof DaybookError ? error : shortageOf(error);
    if (known === undefined) return { id, refused: messageOf(error) };
    const { fault, message, fields } = known;
    return { id, refused: { fault, message, fields } };
  }
}

await main();
