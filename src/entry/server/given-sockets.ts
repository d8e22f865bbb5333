/** The first descriptor that systemd gives; the others follow it. */
const firstGiven = 3;

/**
 * Descriptors of sockets that listen already, which whoever started this process holds and has
 * given to it (`LISTEN_FDS`, as systemd does), in the order of its `ListenStream` lines. While no
 * Daybook runs, connections wait there: none is refused.
 */
export function givenSockets(env: NodeJS.ProcessEnv): readonly number[] {
  if (env['LISTEN_PID'] !== String(process.pid)) return [];
  const count = Number(env['LISTEN_FDS'] ?? 0);
  return Array.from({ length: count > 0 ? count : 0 }, (_, nth) => firstGiven + nth);
}
