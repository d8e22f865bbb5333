/** The first descriptor that is given; the others follow it. */
const firstGiven = 3;

type Self = Pick<NodeJS.Process, 'pid' | 'ppid' | 'connected'>;

/**
 * Descriptors of sockets that listen already, which whoever started this process holds and has
 * given to it (`LISTEN_FDS`, as systemd does), in the order of its `ListenStream` lines. While no
 * Daybook runs, connections wait there: none is refused. A server that is succeeded gives its own.
 */
export function givenSockets(env: NodeJS.ProcessEnv, self: Self = process): readonly number[] {
  if (env['LISTEN_PID'] !== String(self.pid) && !isSuccessor(env, self)) return [];
  const count = Number(env['LISTEN_FDS'] ?? 0);
  return Array.from({ length: count > 0 ? count : 0 }, (_, nth) => firstGiven + nth);
}

/**
 * Whether a Daybook has started this process to go on with its sockets (`successor.ts`). It could
 * not know its number, and has named its own.
 */
export const isSuccessor = (env: NodeJS.ProcessEnv, { ppid, connected }: Self = process) =>
  connected && env['LISTEN_PID'] === String(ppid);
