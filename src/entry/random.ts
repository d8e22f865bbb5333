import { randomBytes, randomFillSync } from 'node:crypto';
import type { Random } from '../lib/random.ts';

/**
 * Ids are drawn for every hit: 512 of them cost one call. Secrets are always drawn on their own.
 */
const poolBytes = 4_096;

const largestPooled = 8;

/** `crypto.randomBytes`, with small draws out of a pool; no byte is given twice. */
export function openRandom(): Random {
  const pool = Buffer.alloc(poolBytes);
  let used = poolBytes;
  return (bytes) => {
    if (bytes > largestPooled) return randomBytes(bytes);
    if (used + bytes > poolBytes) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return Buffer.from(pool.subarray(used - bytes, used));
  };
}
