import { subscriptionPartition, subscriptionsOf } from '../account/subscription-rows.ts';
import { type Home, scanAll } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import { DaybookError } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import type { Subscription } from './subscription.ts';

const partition = subscriptionPartition;

const maxSubscriptions = 5_000;

const maxOfPersonOnSite = 20;

export type NewSubscription = Omit<Subscription, 'id' | 'createdMs'>;

export type Subscriptions = {
  list(siteId?: string): Promise<Subscription[]>;
  find(siteId: string, id: string): Promise<Subscription | undefined>;
  /** Throws `bad-input` where there are too many. */
  add(wanted: NewSubscription): Promise<Subscription>;
  /** What is meant is named by its id and site. Throws `not-found`. */
  change(
    siteId: string,
    id: string,
    change: (latest: Subscription) => Subscription,
  ): Promise<Subscription>;
  /** One that is absent is no error. */
  remove(siteId: string, id: string): Promise<void>;
};

export function openSubscriptions(
  { rows }: Pick<Home, 'rows'>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Subscriptions {
  const rowOf = (one: Subscription) => ({
    ...{ partition, sort: `${one.siteId}/${one.id}`, value: JSON.stringify(one) },
  });

  async function list(siteId?: string): Promise<Subscription[]> {
    const found: Subscription[] = [];
    const range = siteId === undefined ? {} : subscriptionsOf(siteId);
    for await (const { value } of scanAll(rows, partition, range))
      found.push(JSON.parse(value) as Subscription);
    return found.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  }

  async function find(siteId: string, id: string): Promise<Subscription | undefined> {
    if (!/^[0-9a-f]{16}$/.test(id)) return undefined;
    const text = await rows.get(partition, `${siteId}/${id}`);
    return text === undefined ? undefined : (JSON.parse(text) as Subscription);
  }

  return {
    ...{ list, find },
    async add(wanted) {
      const all = await list();
      const own = all.filter(
        ({ siteId, personId }) => siteId === wanted.siteId && personId === wanted.personId,
      );
      if (all.length >= maxSubscriptions || own.length >= maxOfPersonOnSite)
        throw new DaybookError(
          'bad-input',
          `expected at most ${maxOfPersonOnSite} of one person for a site, ` +
            `and ${maxSubscriptions} in all`,
        );
      const one = { ...wanted, id: random(8).toString('hex'), createdMs: clock() };
      await rows.append([rowOf(one)]);
      return one;
    },
    async change(siteId, id, change) {
      for (;;) {
        const before = await find(siteId, id);
        if (before === undefined) throw noSubscription(id);
        const after = change(before);
        if (await rows.putIf(rowOf(after), JSON.stringify(before))) return after;
      }
    },
    remove: (siteId, id) => rows.remove([{ partition, sort: `${siteId}/${id}` }]),
  };
}

export const noSubscription = (id: string) =>
  new DaybookError('not-found', `there is no subscription ${JSON.stringify(id.slice(0, 40))}`);
