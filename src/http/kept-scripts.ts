import type { Rows } from '../home/home.ts';
import type { Script } from './scripts.ts';

/**
 * Scripts that pages name by their hash. A later version of Daybook has others, and they would be
 * gone:
 *
 *   scripts   <name with hash>   the script as a JSON text
 */
const partition = 'scripts';

const lastingName = /^daybook\.[\w.]+\.([\w-]{22})\.js$/;

const known = new WeakMap<Pick<Rows, 'get' | 'append'>, Set<string>>();

/** Resolved means durable. */
export async function keepScript(rows: Rows, name: string, { page }: Script): Promise<void> {
  const names = known.get(rows) ?? new Set();
  known.set(rows, names);
  if (names.has(name)) return;
  const value = JSON.stringify(Buffer.from(page.body).toString());
  if ((await rows.get(partition, name)) === undefined)
    await rows.append([{ partition, sort: name, value }]);
  names.add(name);
}

export async function keptScript(rows: Rows, name: string): Promise<Script | undefined> {
  const hash = lastingName.exec(name)?.[1];
  const value = hash === undefined ? undefined : await rows.get(partition, name);
  if (value === undefined) return undefined;
  const body = new Uint8Array(Buffer.from(JSON.parse(value) as string));
  return { hash: hash!, page: { body, encoded: new Map() } };
}
