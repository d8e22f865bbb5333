import { describe } from 'vitest';
import { describeAdding } from './adding.ts';
import { describeFiles } from './files.ts';
import { describeRows } from './rows.ts';
import { describeSalts } from './salts.ts';
import type { MakeHome } from './support.ts';
import { describeVersion } from './version.ts';

/** What every home must do alike. A home's test file calls this with a way to make it. */
export function describeHome(name: string, makeHome: MakeHome): void {
  describe(`contract of the home ${name}`, () => {
    describeRows(makeHome);
    describeAdding(makeHome);
    describeFiles(makeHome);
    describeSalts(makeHome);
    describeVersion(makeHome);
  });
}
