import { createHash, timingSafeEqual } from 'node:crypto';
import type { Home } from '../home/home.ts';
import type { Random } from '../lib/random.ts';

const ownerKey = { partition: 'owner', sort: 'key' };

export type Owner = {
  /**
   * Makes the first key; undefined where there is one already. The key is shown once and never
   * stored.
   */
  makeFirstKey(): Promise<string | undefined>;
  /** Makes the key that has this hash the first one; changes nothing where there is one already. */
  keepFirstHash(hash: string): Promise<void>;
  /** Replaces the key; every session and every use of the old one ends. */
  replaceKey(): Promise<string>;
  isKey(key: string): Promise<boolean>;
  /** The hash of the present key: what a session is bound to. */
  keyHash(): Promise<string | undefined>;
};

export function openOwner(home: Pick<Home, 'rows'>, random: Random): Owner {
  const { rows } = home;
  const read = () => rows.get(ownerKey.partition, ownerKey.sort);

  async function store(expected: string | undefined): Promise<string | undefined> {
    const key = random(32).toString('base64url');
    // A key of 256 random bits needs no slow hash: nobody can try them out.
    const value = JSON.stringify({ hash: hashSecret(key) });
    return (await rows.putIf({ ...ownerKey, value }, expected)) ? key : undefined;
  }

  async function keepFirstHash(hash: string): Promise<void> {
    if ((await read()) === undefined)
      await rows.putIf({ ...ownerKey, value: JSON.stringify({ hash }) }, undefined);
  }

  async function replaceKey(): Promise<string> {
    for (;;) {
      const key = await store(await read());
      if (key !== undefined) return key;
    }
  }

  async function keyHash(): Promise<string | undefined> {
    const text = await read();
    return text === undefined ? undefined : (JSON.parse(text) as { hash: string }).hash;
  }

  async function isKey(key: string): Promise<boolean> {
    const hash = await keyHash();
    return (
      hash !== undefined &&
      timingSafeEqual(Buffer.from(hash, 'hex'), Buffer.from(hashSecret(key), 'hex'))
    );
  }

  return { makeFirstKey: () => store(undefined), keepFirstHash, replaceKey, isKey, keyHash };
}

/** SHA-256 as hex: how keys and session tokens are stored. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
