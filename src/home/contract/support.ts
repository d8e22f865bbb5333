import { afterAll, beforeAll } from 'vitest';
import { type Home, type Row, type Rows, scanAll } from '../home.ts';

/** A home to test: empty, with its data gone after `dispose`. */
export type TestHome = {
  readonly home: Home;
  /** Closes the home and opens the same data again; `home` is then no longer used. */
  reopen(): Promise<Home>;
  /** What it says that it was written by; and writes it down, as a Daybook of that version does. */
  version(): Promise<number | undefined>;
  setVersion(version: number): Promise<void>;
  dispose(): Promise<void>;
};

export type MakeHome = () => Promise<TestHome>;

/**
 * One home for all tests of a `describe`, since making one may take a home a second; the tests keep
 * to partitions, names and sites of their own.
 */
export function useHome(makeHome: MakeHome): { readonly home: Home; reopen(): Promise<Home> } {
  let made: TestHome;
  let home: Home;
  beforeAll(async () => {
    made = await makeHome();
    home = made.home;
  });
  afterAll(() => made.dispose());
  return {
    get home() {
      return home;
    },
    async reopen() {
      home = await made.reopen();
      return home;
    },
  };
}

export const rowsOf = (partition: string, sorts: readonly string[]): Row[] =>
  sorts.map((sort) => ({ partition, sort, value: JSON.stringify({ sort }) }));

export const sortsOf = (rows: readonly Row[]): string[] => rows.map(({ sort }) => sort);

export async function scanSorts(rows: Rows, ...range: Parameters<Rows['scan']>): Promise<string[]> {
  return sortsOf(await rows.scan(...range));
}

export async function scanWhole(rows: Rows, ...range: Parameters<Rows['scan']>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of scanAll(rows, ...range)) found.push(row);
  return found;
}

/** `a00000`, `a00001`, …: in order as texts. */
export const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => prefix + String(at).padStart(5, '0'));

export const byBytes = (a: string, b: string): number =>
  Buffer.compare(Buffer.from(a), Buffer.from(b));
