import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { expect, test } from 'vitest';
import { rowsOf, scanSorts } from '../contract/support.ts';
import { openRows } from './rows.ts';

test('no row is visible before it is synced to disk: overlappingSync is off', async () => {
  const path = mkdtempSync(join(tmpdir(), 'daybook-synced-'));
  const rows = openRows(path);
  try {
    await rows.append(rowsOf('p', ['a']));
    // Within one process a file is opened once: lmdb itself says how, where it is asked again.
    expect(() => open({ path, noSubdir: false, overlappingSync: true })).toThrow(
      'Can not enable overlappingSync on a database that was opened without this flag',
    );
    await rows.append(rowsOf('p', ['b']));
    expect(await scanSorts(rows, 'p')).toEqual(['a', 'b']);
  } finally {
    await rows.close();
    rmSync(path, { recursive: true, force: true });
  }
});
