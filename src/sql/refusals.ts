import { inSeconds } from '../lib/clock.ts';
import { refusedField } from '../lib/refused-fields.ts';

/** What is the matter with a statement, in words for who has sent it. */
export const refusedSql = (problem: string) => refusedField('sql', problem);

export const tooManyRows = (most: number) =>
  refusedSql(
    `expected a result of at most ${most.toLocaleString('en-US')} rows; ` +
      'sum up, add LIMIT, or allow more with `limit`',
  );

export const tooManyBytes = (most: number) =>
  refusedSql(`expected a result of at most ${Math.floor(most / 2 ** 20)} MiB; ask for less`);

export const tooLong = (timeoutMs: number) =>
  refusedSql(
    `took longer than ${inSeconds(timeoutMs)} s and was stopped; ask for fewer days, or for less`,
  );

export const tooMuchMemory = (memoryBytes: number) =>
  refusedSql(
    `needs more memory than its ${Math.floor(memoryBytes / 2 ** 20)} MiB, and what may be ` +
      'written besides; ask for fewer days or less at once, or allow more with --memory or ' +
      'DAYBOOK_MEMORY (on AWS, reportMemoryMb)',
  );
