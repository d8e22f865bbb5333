import type { Home } from '../../home/home.ts';
import type { Random } from '../../lib/random.ts';
import { ownPartition } from './rows.ts';

const key = { partition: ownPartition, sort: 'secret' };

/**
 * This Daybook's own 32 bytes, the same for all its servers: what is signed or hashed with them
 * cannot be made, nor guessed back, by who does not have the rows.
 */
export type OwnSecret = () => Promise<Buffer>;

export function openOwnSecret({ rows }: Pick<Home, 'rows'>, random: Random): OwnSecret {
  const parsed = (text: string) => Buffer.from(JSON.parse(text) as string, 'hex');
  let known: Buffer | undefined;

  async function read(): Promise<Buffer> {
    const text = await rows.get(key.partition, key.sort);
    if (text !== undefined) return parsed(text);
    // Whoever is first makes it; the others read it.
    await rows.putIf({ ...key, value: JSON.stringify(random(32).toString('hex')) }, undefined);
    return parsed((await rows.get(key.partition, key.sort))!);
  }

  return async () => (known ??= await read());
}
