import { describe } from 'vitest';
import type { Home } from '../home.ts';
import { describeAdding } from './adding.ts';
import { describeFiles } from './files.ts';
import { describeRows } from './rows.ts';
import { describeSalts } from './salts.ts';

/** A home to test: empty, with its data gone after `dispose`. */
export type TestHome = {
  readonly home: Home;
  /** Closes the home and opens the same data again; `home` is then no longer used. */
  reopen(): Promise<Home>;
  dispose(): Promise<void>;
};

export type MakeHome = () => Promise<TestHome>;

/** What every home must do alike. A home's test file calls this with a way to make it. */
export function describeHome(name: string, makeHome: MakeHome): void {
  describe(`contract of the home ${name}`, () => {
    describeRows(makeHome);
    describeAdding(makeHome);
    describeFiles(makeHome);
    describeSalts(makeHome);
  });
}
