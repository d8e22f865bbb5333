import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';

/** What a server does in processes of their own, where only it sees that they fail. */
export const troubled = ['closing', 'reports', 'backup'] as const;

export type Troubled = (typeof troubled)[number];

/** Why it failed last, since when it does, and how often in a row. */
export type Trouble = {
  readonly problem: string;
  readonly sinceMs: number;
  readonly times: number;
};

/**
 * What fails, and has not worked since: in this process's memory for `/health`, and as rows for
 * `daybook doctor`, which runs beside:
 *
 *   server   trouble-<of>   Trouble
 */
export type Troubles = {
  of(what: Troubled): Trouble | undefined;
  failed(what: Troubled, problem: string): void;
  works(what: Troubled): void;
  /** Resolves when what was noted until now is written. */
  written(): Promise<void>;
};

const keyOf = (what: Troubled) => ({ partition: 'server', sort: `trouble-${what}` });

export function openTroubles({ rows }: Pick<Home, 'rows'>, clock: Clock): Troubles {
  const present = new Map<Troubled, Trouble>();
  // A server that was ended while something failed has left a row.
  const clean = new Set<Troubled>();
  let writing = Promise.resolve();

  function write(what: Troubled): void {
    const trouble = present.get(what);
    writing = writing
      .then(() =>
        trouble === undefined
          ? rows.remove([keyOf(what)])
          : rows.append([{ ...keyOf(what), value: JSON.stringify(trouble) }]),
      )
      // A full disk: `/health` says it all the same.
      .catch(() => clean.delete(what))
      .then(() => {});
  }

  return {
    of: (what) => present.get(what),
    failed(what, problem) {
      const before = present.get(what);
      const { sinceMs = clock(), times = 0 } = before ?? {};
      present.set(what, { problem, sinceMs, times: times + 1 });
      clean.delete(what);
      write(what);
    },
    works(what) {
      if (!present.delete(what) && clean.has(what)) return;
      clean.add(what);
      write(what);
    },
    written: () => writing,
  };
}

export const forgetTrouble = ({ rows }: Pick<Home, 'rows'>, what: Troubled) =>
  rows.remove([keyOf(what)]);

export async function readTrouble(
  { rows }: Pick<Home, 'rows'>,
  what: Troubled,
): Promise<Trouble | undefined> {
  const { partition, sort } = keyOf(what);
  const text = await rows.get(partition, sort);
  return text === undefined ? undefined : (JSON.parse(text) as Trouble);
}
