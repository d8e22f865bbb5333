import type { Row } from '../home/home.ts';

/**
 * Rows that no backup contains: what belongs to a process or a machine (leases, its clock), who is
 * signed in at the moment, what is made again by itself (packs), and where backups go. Salts are no
 * rows.
 */
const leftOut: ReadonlySet<string> = new Set([
  ...['lease', 'health', 'clock', 'unnamed', 'pack', 'backup'],
  ...['sessions', 'signintry', 'signintaken', 'linktry'],
]);

export function isKept({ partition, sort }: Pick<Row, 'partition' | 'sort'>): boolean {
  // Until when a server ran: the time until the restored one runs is shown as a gap.
  if (partition === 'server') return sort === 'heartbeat';
  const end = partition.indexOf('/');
  return !leftOut.has(end === -1 ? partition : partition.slice(0, end));
}
