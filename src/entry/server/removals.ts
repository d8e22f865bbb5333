import type { ChildProcess } from 'node:child_process';
import type { Key, Rows } from '../../home/home.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';

/**
 * The closing process has its server remove rows. LMDB has one writer at a time among all
 * processes: one of the lowest priority would hold its lock for as long as it is kept from the
 * processor, and hits would wait for it.
 */
type Removal = { readonly removal: number; readonly keys: readonly Key[] };

type Removed = { readonly removed: number; readonly problem?: string };

/** Of one message: the server writes nothing else while it takes them in, some 2 ms. */
const keysAtOnce = 500;

/** In the closing process: rows that are removed by the server. */
export function removedByServer(rows: Rows): Rows {
  const waiting = new Map<number, (told: Removed) => void>();
  let asked = 0;
  process.on('message', (told: Removed) => {
    waiting.get(told.removed)?.(told);
    waiting.delete(told.removed);
  });

  async function ask(keys: readonly Key[]): Promise<void> {
    const removal = ++asked;
    const told = new Promise<Removed>((resolve) => waiting.set(removal, resolve));
    process.send!({ removal, keys } satisfies Removal);
    const { problem } = await told;
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
 * In the server: does so for its closing process. Gives whether that is what the message was about.
 */
export function removeFor(
  child: ChildProcess,
  rows: Pick<Rows, 'remove'>,
  message: unknown,
): boolean {
  if (typeof message !== 'object' || message === null || !('removal' in message)) return false;
  const { removal, keys } = message as Removal;
  const tell = (told: Removed) => child.connected && child.send(told, () => {});
  rows.remove(keys).then(
    () => tell({ removed: removal }),
    (error: unknown) => tell({ removed: removal, problem: messageOf(error) }),
  );
  return true;
}
