import type { ChildProcess } from 'node:child_process';
import type { Key, Rows } from '../../home/home.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';

/**
 * The closing process lets its server remove rows. LMDB has one writer at a time among all
 * processes. A process of the lowest priority would hold the lock while it waits for the processor,
 * and hits would wait for it.
 */
type Removal = { readonly removal: number; readonly keys: readonly Key[] };

type Removed = { readonly removed: number; readonly problem?: string };

/** In one message: while the server takes them in, it writes nothing else for some 2 ms. */
const keysAtOnce = 500;

/** In the closing process: rows that are removed by the server. */
export function removedByServer(rows: Rows): Rows {
  const waiting = new Map<number, (reply: Removed) => void>();
  let asked = 0;
  process.on('message', (reply: Removed) => {
    waiting.get(reply.removed)?.(reply);
    waiting.delete(reply.removed);
  });

  async function ask(keys: readonly Key[]): Promise<void> {
    const removal = ++asked;
    const reply = new Promise<Removed>((resolve) => waiting.set(removal, resolve));
    process.send!({ removal, keys } satisfies Removal);
    const { problem } = await reply;
    if (problem !== undefined) throw new DaybookError('unavailable', problem);
  }

  return {
    ...rows,
    async remove(keys) {
      for (let i = 0; i < keys.length; i += keysAtOnce) await ask(keys.slice(i, i + keysAtOnce));
    },
  };
}

/**
 * In the server: removes rows for its closing process. Gives whether the message asked for that.
 */
export function removeFor(
  child: ChildProcess,
  rows: Pick<Rows, 'remove'>,
  message: unknown,
): boolean {
  if (typeof message !== 'object' || message === null || !('removal' in message)) return false;
  const { removal, keys } = message as Removal;
  const send = (reply: Removed) => child.connected && child.send(reply, () => {});
  rows.remove(keys).then(
    () => send({ removed: removal }),
    (error: unknown) => send({ removed: removal, problem: messageOf(error) }),
  );
  return true;
}
