import { residentOf, sharesOf } from '../memory.ts';
import type { ReportProcess } from './report-client.ts';

export type Room = {
  /**
   * Whether the closing process has room beside the server and the report process. If not, a report
   * process that nobody waits for is ended.
   */
  makeForClosing(): boolean;
};

/** The memory that the server and its processes may take together, as it is used now. */
export function openRoom(
  memoryBytes: number,
  reports: Pick<ReportProcess, 'pid' | 'giveWay'> | undefined,
  ownBytesOf = (pid: number) => residentOf(pid)?.ownBytes ?? 0,
): Room {
  const { closingNeedsBytes } = sharesOf(memoryBytes);
  return {
    makeForClosing() {
      const report = reports?.pid();
      const used = ownBytesOf(process.pid) + (report === undefined ? 0 : ownBytesOf(report));
      if (used + closingNeedsBytes <= memoryBytes || report === undefined) return true;
      return reports!.giveWay();
    },
  };
}
