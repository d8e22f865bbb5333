import { inSeconds } from '../lib/clock.ts';
import { DatabaseEnded, DaybookError, messageOf } from '../lib/errors.ts';
import type { Instance } from './instance.ts';

/**
 * How long something may take. Of `wholeMs`, which an error names, `leftMs` are left. `of`: whom
 * the limit is for.
 */
export type TimeLimit = {
  readonly wholeMs: number;
  readonly leftMs: number;
  readonly of?: string | undefined;
};

/** Where it had not begun yet, others are named: asking for less would not help. */
export function tooLong({ wholeMs, leftMs, of = '' }: TimeLimit, hasBegun: boolean): DaybookError {
  const whole = `${inSeconds(wholeMs)} s${of}`;
  const before =
    leftMs < wholeMs * 0.9 ? `, of which ${inSeconds(wholeMs - leftMs)} s to read hits` : '';
  return new DaybookError(
    'unavailable',
    hasBegun
      ? `the query took longer than ${whole}${before}, and was stopped; ` +
          'ask for fewer days or fewer filters'
      : `the query waited for others for longer than ${whole}${before}; ask again`,
  );
}

/** An error as the caller may see it; `DatabaseEnded` if `instance` answers nothing any more. */
export async function explained(
  error: unknown,
  instance: Pick<Instance, 'connect'>,
): Promise<unknown> {
  if (/^(INTERNAL|FATAL) Error/.test(messageOf(error)) && !(await answers(instance)))
    return new DatabaseEnded(error);
  if (!messageOf(error).startsWith('Out of Memory Error')) return error;
  // What the whole would have needed, DuckDB does not know: it stops at the first block.
  const [, more, used, limit] =
    /of size ([\d.]+ \w+) \(([\d.]+ \w+)\/([\d.]+ \w+) used\)/.exec(messageOf(error)) ?? [];
  const allowed =
    limit === undefined ? 'is allowed' : `its ${limit} (${used} were taken, ${more} were too many)`;
  return new DaybookError(
    'unavailable',
    `the query needs more memory than ${allowed}; ` +
      'ask for fewer days, or allow twice as much with --memory (on AWS, reportMemoryMb)',
    { cause: error },
  );
}

async function answers(instance: Pick<Instance, 'connect'>): Promise<boolean> {
  try {
    const connection = await instance.connect();
    await connection.run('SELECT 1');
    connection.closeSync();
    return true;
  } catch {
    return false;
  }
}
