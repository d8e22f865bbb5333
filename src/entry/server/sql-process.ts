import type { DaysSite } from '../../days/held-days.ts';
import { DaybookError, messageOf, shortageOf } from '../../lib/errors.ts';
import { withStatement, writeResult } from '../../sql/run-statement.ts';
import { type SqlQuestion, sqlTimeoutMs } from '../../sql/sql.ts';
import { openHome } from '../home.ts';
import { memoryBytesOf, sharesOf } from '../memory.ts';
import { sqlWorld } from '../sql.ts';
import { endWithServer } from './child.ts';

/** What the server asks this process, once. */
export type SqlTask = {
  readonly site: DaysSite;
  /** What is infinite would not come through. */
  readonly asked: SqlQuestion;
  readonly scratch: string;
};

export type SqlReply =
  | { readonly done: { readonly path: string; readonly rows: number } }
  | { readonly refused: Pick<DaybookError, 'fault' | 'message' | 'fields'> | string };

/**
 * One statement in a process of its own: it can be killed whatever it does, and its memory is free
 * again when it ends. Started by `sql-client.ts`; ends with the server.
 */
async function main(): Promise<void> {
  endWithServer();
  process.once('message', (task: SqlTask) => {
    void run(task).then((reply) => process.connected && process.send!(reply));
  });
}

async function run({ site, asked, scratch }: SqlTask): Promise<SqlReply> {
  try {
    const home = await openHome(process.argv[2]!, Date.now, process.env, { isChecked: true });
    const memoryBytes = sharesOf(memoryBytesOf(process.env)).sqlBytes;
    const done = await withStatement(
      sqlWorld(home, Date.now, { memoryBytes, scratch }),
      site,
      { ...asked, timeoutMs: sqlTimeoutMs },
      (result) => writeResult(result, asked.format, { scratch, mostBytes: asked.mostBytes }),
    );
    return { done };
  } catch (error) {
    const known = error instanceof DaybookError ? error : shortageOf(error);
    if (known === undefined) return { refused: messageOf(error) };
    const { fault, message, fields } = known;
    return { refused: { fault, message, fields } };
  }
}

await main();
