import { goalId } from '../account/goals.ts';
import type { People, Person } from '../account/people.ts';
import type { Site } from '../account/site.ts';
import type { Sites } from '../account/sites.ts';
import type { Home } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Reports } from '../report/engine.ts';
import { openLook } from './alerts/look.ts';
import type { SendMail } from './channels/mail.ts';
import { composeTest } from './compose.ts';
import { deliver } from './deliver.ts';
import { openOutbox } from './outbox.ts';
import { openPost, type Resolve } from './post.ts';
import { noMail, readTarget, readThresholds, readWhats, type TargetFields } from './read.ts';
import type { Subscription } from './subscription.ts';
import { openSubscriptions, type Subscriptions } from './subscriptions.ts';
import { type Turning, turn } from './turn.ts';
import { openUnsubscribeTokens } from './unsubscribe.ts';

/** The path of the page where a subscription is ended; its token follows. */
export const unsubscribePath = '/unsubscribe';

export type Notify = Pick<Subscriptions, 'list' | 'find' | 'remove'> & {
  /** Whether mails can be sent. */
  readonly hasMail: boolean;
  /** Throws `bad-input` that names the field. */
  add(site: Site, person: Person, fields: Fields): Promise<Subscription>;
  /** The same; the channel stays. */
  change(site: Site, id: string, fields: Fields): Promise<Subscription>;
  /** Sends one at once. Rejects where that does not work, and says why. */
  test(site: Site, person: Person, one: Subscription): Promise<void>;
  /** The subscription that a link in a mail is about. */
  byToken(token: string): Promise<Subscription | undefined>;
  /** What is done every few minutes. */
  turn(): Promise<void>;
  /** Begins nothing more, and resolves when the turn under way has ended: soon. */
  end(): Promise<void>;
};

/** As the API takes them. */
export type Fields = TargetFields & {
  readonly what?: unknown;
  readonly thresholds?: Readonly<Record<string, unknown>> | undefined;
};

export type NotifyOptions = {
  readonly clock: Clock;
  readonly random: Random;
  readonly sites: Pick<Sites, 'list'>;
  readonly people: Pick<People, 'find'>;
  readonly reports: () => Promise<Reports>;
  readonly resolve: Resolve;
  /** The owner has allowed webhooks to private addresses. */
  readonly allowsPrivate?: boolean;
  readonly mail?: SendMail | undefined;
  readonly publicUrl?: string | undefined;
  readonly log: Turning['log'];
};

export function openNotify(home: Pick<Home, 'rows'>, options: NotifyOptions): Notify {
  const { clock, random, mail, publicUrl, allowsPrivate = false } = options;
  const subscriptions = openSubscriptions(home, options);
  const tokens = openUnsubscribeTokens(home, random);
  const world: Turning = {
    ...options,
    subscriptions,
    outbox: openOutbox(home, clock),
    look: openLook(options.reports),
    isEnding: () => isEnding,
    post: openPost({ ...options, allowsPrivate }),
    unsubscribeUrl: async (one) => `${publicUrl}${unsubscribePath}/${await tokens.make(one)}`,
  };
  const thresholds = (site: Site, given: Fields['thresholds']) =>
    given === undefined
      ? {}
      : { thresholds: readThresholds(given, (site.goals ?? []).map(goalId)) };
  let turning: Promise<void> | undefined;
  let isEnding = false;

  return {
    ...{ list: subscriptions.list, find: subscriptions.find, remove: subscriptions.remove },
    hasMail: mail !== undefined,
    async add(site, person, { what, thresholds: given, ...fields }) {
      const target = readTarget(fields, { random, allowsPrivate });
      if (target.channel === 'mail' && mail === undefined) throw noMail();
      const whats = readWhats(what);
      return subscriptions.add({
        ...{ siteId: site.id, personId: person.id, whats, target },
        ...thresholds(site, given),
      });
    },
    change: (site, id, { what, thresholds: given }) =>
      subscriptions.change(site.id, id, (before) => ({
        ...before,
        ...(what !== undefined && { whats: readWhats(what) }),
        ...thresholds(site, given),
      })),
    test(site, person, subscription) {
      const id = `test-${random(8).toString('hex')}`;
      const message = composeTest({ id, site, atMs: clock(), publicUrl });
      return deliver(world, { subscription, person }, message);
    },
    async byToken(token) {
      const named = await tokens.read(token);
      return named && subscriptions.find(named.siteId, named.id);
    },
    /** One at a time, in this process; others are kept out by the outbox. */
    turn() {
      if (isEnding) return Promise.resolve();
      turning ??= turn(world).finally(() => {
        turning = undefined;
      });
      return turning;
    },
    async end() {
      isEnding = true;
      // Why it failed, whoever began it is told.
      await turning?.catch(() => {});
    },
  };
}
