import { dirname } from 'node:path';
import { DaybookError } from '../../lib/errors.ts';

/** Something in a data folder is not what Daybook left there. One line: what, and what to do. */
export const damagedData = (root: string, problem: string): DaybookError =>
  new DaybookError(
    'damaged',
    `${problem}; nothing was changed. Put back a backup of the data folder, or read what can be ` +
      `read into a new one: daybook rescue --data ${root} --to NEW_FOLDER`,
  );

/**
 * The rows' file is not what LMDB wrote. LMDB must not read it then, and nobody write it.
 */
export const damagedRows = (path: string, fault: string): DaybookError =>
  damagedData(dirname(dirname(path)), `${path} is damaged: ${fault}`);
