import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Home } from '../home/home.ts';
import type { Random } from '../lib/random.ts';
import type { Subscription } from './subscription.ts';

const row = { partition: 'notify-secret', sort: 'unsubscribe' } as const;

/** Tokens by which whoever has a mail may end it, without signing in. They hold as long as it. */
export type UnsubscribeTokens = {
  make(one: Subscription): Promise<string>;
  /** Which subscription is meant, if it is a token of ours. */
  read(token: string): Promise<{ readonly siteId: string; readonly id: string } | undefined>;
};

export function openUnsubscribeTokens(
  { rows }: Pick<Home, 'rows'>,
  random: Random,
): UnsubscribeTokens {
  let known: string | undefined;

  async function secret(): Promise<string> {
    known ??= await rows.get(row.partition, row.sort);
    if (known !== undefined) return known;
    await rows.putIf({ ...row, value: JSON.stringify(random(32).toString('hex')) }, undefined);
    return secret();
  }

  async function signed(what: string): Promise<string> {
    const mac = createHmac('sha256', await secret()).update(`unsubscribe ${what}`);
    return `${what}.${mac.digest('base64url')}`;
  }

  return {
    make: ({ siteId, id }) => signed(`${siteId}.${id}`),
    async read(token) {
      const [, siteId, id] = /^([a-z0-9]{12})\.([0-9a-f]{16})\.[\w-]{43}$/.exec(token) ?? [];
      if (siteId === undefined || id === undefined) return undefined;
      const own = Buffer.from(await signed(`${siteId}.${id}`));
      return timingSafeEqual(own, Buffer.from(token)) ? { siteId, id } : undefined;
    },
  };
}
