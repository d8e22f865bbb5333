import { createHmac } from 'node:crypto';
import { type Home, type Key, scanAll } from '../../home/home.ts';
import { addressGroups, formatGroups, isIpv4 } from '../../lib/address.ts';
import { dayMs, minuteMs, secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { OwnSecret } from './own-secret.ts';
import { triesPartition } from './rows.ts';

/**
 * How often somebody tried to sign in lately, by account and by address, in rows that all servers
 * share and that survive a restart:
 *
 *   signintry   account/<hash>   address/<hash>   known/<hash of both>
 *
 * All are keyed hashes. Those that strangers can make are cut to 16 bits: there are at most 65,536
 * rows of each, whatever is sent. Two that fall together share their waiting.
 */

type Rule = { readonly free: number; readonly maxWaitMs: number };

/**
 * So many wrong tries are free; behind each further one the wait doubles, from a second to the
 * longest. An account's is short: tries of strangers may slow its owner down, but never shut him
 * out, and where he signed in lately not even that.
 */
const rules = {
  account: { free: 5, maxWaitMs: minuteMs },
  address: { free: 10, maxWaitMs: 15 * minuteMs },
} as const satisfies Readonly<Record<string, Rule>>;

type Kind = keyof typeof rules;

/** Tries are forgotten a day after the last one. */
const forgetMs = dayMs;

/** So long an address is known, by which somebody has signed in to an account. */
const knownMs = 30 * dayMs;

type Count = { readonly tries: number; readonly lastMs: number };

/** Whose password is tried, and from where. */
export type Try = { readonly account: string; readonly address: string };

export type Tries = {
  /**
   * Counts a try before it is looked at. Throws `too-many` that says how long to wait: then it is
   * neither to be looked at nor counted.
   */
  begin(one: Try): Promise<void>;
  /** It was neither wrong nor all that is asked for: it does not count. */
  takeBack(one: Try): Promise<void>;
  /** It was right: it does not count, and nor do those before it on this account. */
  succeed(one: Try): Promise<void>;
  sweep(nowMs: number): Promise<void>;
};

export function openTries(
  { rows }: Pick<Home, 'rows'>,
  { clock, secret }: { readonly clock: () => number; readonly secret: OwnSecret },
): Tries {
  async function keyOf(kind: Kind | 'known', of: string): Promise<Key> {
    const hash = createHmac('sha256', await secret())
      .update(`${kind}\n${of}`)
      .digest();
    const bytes = kind === 'known' ? 16 : 2;
    return { partition: triesPartition, sort: `${kind}/${hash.toString('hex', 0, bytes)}` };
  }

  async function read({ partition, sort }: Key) {
    const text = await rows.get(partition, sort);
    return { text, count: text === undefined ? undefined : (JSON.parse(text) as Count) };
  }

  /** Changes a count by so many tries. Throws `too-many` where it has to wait. */
  async function add(kind: Kind, key: Key, tries: 1 | -1): Promise<void> {
    for (;;) {
      const nowMs = clock();
      const { text, count } = await read(key);
      const before = count !== undefined && !isOver(count, nowMs, forgetMs) ? count.tries : 0;
      if (tries > 0 && count !== undefined) {
        const waitMs = count.lastMs + waitOf(rules[kind], before) - nowMs;
        if (waitMs > 0 && waitMs <= rules[kind].maxWaitMs) throw tooMany(waitMs);
      }
      const next = {
        tries: Math.max(0, before + tries),
        lastMs: tries > 0 ? nowMs : (count?.lastMs ?? nowMs),
      };
      if (await rows.putIf(rowOf(key, next, forgetMs), text)) return;
    }
  }

  const isKnown = async (one: Try): Promise<boolean> => {
    const { count } = await read(await keyOf('known', knownAs(one)));
    return count !== undefined && !isOver(count, clock(), knownMs);
  };

  return {
    async begin(one) {
      const address = await keyOf('address', networkOf(one.address));
      await add('address', address, 1);
      if (await isKnown(one)) return;
      try {
        await add('account', await keyOf('account', one.account), 1);
      } catch (error) {
        await add('address', address, -1);
        throw error;
      }
    },
    async takeBack(one) {
      await add('address', await keyOf('address', networkOf(one.address)), -1);
      await add('account', await keyOf('account', one.account), -1);
    },
    async succeed(one) {
      await add('address', await keyOf('address', networkOf(one.address)), -1);
      await rows.remove([await keyOf('account', one.account)]);
      const count = { tries: 0, lastMs: clock() };
      await rows.append([rowOf(await keyOf('known', knownAs(one)), count, knownMs)]);
    },
    async sweep(nowMs) {
      for await (const { partition, sort, value } of scanAll(rows, triesPartition)) {
        const keptMs = sort.startsWith('known/') ? knownMs : forgetMs;
        if (isOver(JSON.parse(value) as Count, nowMs, keptMs))
          await rows.remove([{ partition, sort }]);
      }
    },
  };
}

const isOver = ({ lastMs }: Count, nowMs: number, keptMs: number) =>
  Math.abs(nowMs - lastMs) >= keptMs;

const waitOf = ({ free, maxWaitMs }: Rule, tries: number): number =>
  tries < free ? 0 : Math.min(maxWaitMs, secondMs * 2 ** (tries - free));

const rowOf = (key: Key, count: Count, keptMs: number) => ({
  ...{ ...key, value: JSON.stringify(count) },
  expiresAtMs: count.lastMs + keptMs,
});

function tooMany(waitMs: number): DaybookError {
  const retryAfterS = Math.ceil(waitMs / secondMs);
  return new DaybookError('too-many', `too many tries: wait for ${retryAfterS} seconds`, {
    retryAfterS,
  });
}

const knownAs = ({ account, address }: Try) => `${account}\n${networkOf(address)}`;

/** One address of IPv4; of IPv6 the 64 bits that one customer has to himself. */
function networkOf(address: string): string {
  const groups = addressGroups(address);
  if (groups === undefined) return address;
  return formatGroups(isIpv4(groups) ? groups : [...groups.slice(0, 4), 0, 0, 0, 0]);
}
