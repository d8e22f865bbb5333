import type { People } from '../account/people.ts';
import type { Site } from '../account/site.ts';
import type { Sites } from '../account/sites.ts';
import { type Clock, hourMs } from '../lib/clock.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';
import type { Reports } from '../report/engine.ts';
import { type Alert, judges } from './alerts/judge.ts';
import type { Look } from './alerts/look.ts';
import { composeAlert, composeSummary } from './compose.ts';
import { type Delivering, deliver } from './deliver.ts';
import type { Message } from './message.ts';
import { type Entry, givenUpAfterMs, messageId, type Outbox } from './outbox.ts';
import { mayHave, type Subscription, summaries, thresholdsOf } from './subscription.ts';
import type { Subscriptions } from './subscriptions.ts';
import { lastPeriod, type Summary } from './summary/period.ts';

export type Turning = Delivering & {
  readonly clock: Clock;
  readonly sites: Pick<Sites, 'list'>;
  readonly people: Pick<People, 'find'>;
  readonly subscriptions: Subscriptions;
  readonly outbox: Outbox;
  readonly reports: () => Promise<Reports>;
  readonly look: Look;
  /** The process ends: what is claimed is sent, what waits is left for the next one. */
  readonly isEnding: () => boolean;
  readonly publicUrl?: string | undefined;
  readonly log: {
    info(message: string): void;
    warn(message: string): void;
  };
};

/**
 * What is done every few minutes:
 *
 *   summaries   weeks and months that are over are put into the outbox
 *   alerts      sites are looked at, and what is found is put there too
 *   deliver     what waits there is sent, if its person may still have it
 *
 * Where nobody has asked for anything it reads one page of rows. What fails of one site keeps no
 * other from its turn.
 */
export async function turn(world: Turning): Promise<void> {
  const all = await world.subscriptions.list();
  if (all.length === 0) return;
  const sites = new Map((await world.sites.list()).map((site) => [site.id, site]));
  const asked = all.flatMap((subscription): Asked[] => {
    const site = sites.get(subscription.siteId);
    return site === undefined ? [] : [{ site, subscription }];
  });
  for (const one of asked) if (!world.isEnding()) await putSummaries(world, one);
  await putAlerts(world, asked);
  await deliverAll(world, asked);
  if (!world.isEnding()) await world.outbox.sweep();
}

type Asked = { readonly site: Site; readonly subscription: Subscription };

async function putSummaries(
  { outbox, clock }: Turning,
  { site, subscription }: Asked,
): Promise<void> {
  const nowMs = clock();
  for (const what of subscription.whats.filter((one) => summaries.includes(one))) {
    const { dueMs } = lastPeriod(what as Summary, site, nowMs);
    // Who asks on a Tuesday hears on Monday; who was away for a day is told nothing old.
    if (subscription.createdMs > dueMs || nowMs >= dueMs + givenUpAfterMs) continue;
    const { siteId, id: subscriptionId } = subscription;
    await outbox.put({ dueMs, siteId, subscriptionId, what });
  }
}

async function putAlerts(world: Turning, asked: readonly Asked[]): Promise<void> {
  const { clock, outbox, look, log } = world;
  const alerts = asked.filter(({ subscription }) => alertsOf(subscription).length > 0);
  if (alerts.length === 0) return;
  const recent = await outbox.recent(clock() - 2 * givenUpAfterMs);
  for (const site of new Set(alerts.map((one) => one.site))) {
    if (world.isEnding()) return;
    try {
      const ofSite = alerts.filter((one) => one.site === site);
      const seen = await look(site, clock(), silentHoursOf(ofSite));
      for (const { subscription } of ofSite) {
        const limits = thresholdsOf(subscription);
        const { siteId, id: subscriptionId } = subscription;
        for (const what of alertsOf(subscription)) {
          if (what !== 'goal' && isQuiet(recent, subscription, what, clock())) continue;
          for (const fact of judges[what](seen, limits))
            await outbox.put({ dueMs: fact.fromMs, siteId, subscriptionId, what, fact });
        }
      }
    } catch (error) {
      log.warn(`alerts of ${site.domain} could not be judged: ${messageOf(error)}`);
    }
  }
}

/** For how many hours, beside the last one, they ask whether anything came. */
const silentHoursOf = (asked: readonly Asked[]): number[] => {
  const hours = asked
    .filter(({ subscription }) => subscription.whats.includes('silence'))
    .map(({ subscription }) => thresholdsOf(subscription).silentHours);
  return [...new Set(hours)].filter((n) => n > 1);
};

const alertsOf = ({ whats }: Subscription) =>
  whats.filter((what): what is Alert => !summaries.includes(what));

/** There was such an alert a short while ago; one of a goal comes once a day anyway. */
function isQuiet(
  recent: readonly Entry[],
  subscription: Subscription,
  what: Alert,
  nowMs: number,
): boolean {
  const sinceMs = nowMs - thresholdsOf(subscription).quietHours * hourMs;
  return recent.some(
    (one) => one.subscriptionId === subscription.id && one.what === what && one.putMs > sinceMs,
  );
}

async function deliverAll(world: Turning, asked: readonly Asked[]): Promise<void> {
  const { outbox, clock, log } = world;
  const byId = new Map(asked.map((one) => [one.subscription.id, one]));
  for (const entry of await outbox.recent(clock() - 3 * givenUpAfterMs)) {
    if (world.isEnding()) return;
    if (entry.state !== 'waiting' || entry.nextMs > clock()) continue;
    const claimed = await outbox.claim(entry);
    if (claimed === undefined) continue;
    const one = byId.get(entry.subscriptionId);
    try {
      const isSent = one !== undefined && (await deliverOne(world, one, claimed));
      await outbox.settle(claimed, isSent ? 'sent' : 'given-up');
    } catch (error) {
      const isForLater = !(error instanceof DaybookError) || error.fault === 'unavailable';
      if (!isForLater) await outbox.settle(claimed, 'given-up');
      const after = isForLater ? await outbox.putOff(claimed) : 'given-up';
      const then = after === 'waiting' ? 'it is tried again' : 'it is given up';
      log.warn(
        `${entry.what} of ${one?.site.domain} could not be sent by ` +
          `${one?.subscription.target.channel}; ${then}: ${messageOf(error)}`,
      );
    }
  }
}

/** False where it is for nobody any more. */
async function deliverOne(
  world: Turning,
  { site, subscription }: Asked,
  entry: Entry,
): Promise<boolean> {
  const { people, subscriptions, log, clock } = world;
  const person = await people.find(subscription.personId);
  if (person === undefined) {
    // Somebody who was removed does not come back.
    await subscriptions.remove(subscription.siteId, subscription.id);
    return false;
  }
  if (!mayHave(person, subscription) || !subscription.whats.includes(entry.what)) {
    log.info(`${entry.what} of ${site.domain} was not sent: who asked for it may not have it now`);
    return false;
  }
  await deliver(world, { subscription, person }, await compose(world, site, entry));
  log.info(`${entry.what} of ${site.domain} was sent by ${subscription.target.channel}`);
  return true;

  async function compose({ reports, publicUrl }: Turning, of: Site, due: Entry): Promise<Message> {
    const composing = { id: messageId(due), site: of, atMs: clock(), publicUrl };
    if (due.fact !== undefined) return composeAlert(composing, due.fact);
    const period = lastPeriod(due.what as Summary, of, due.dueMs);
    return composeSummary(await reports(), composing, period);
  }
}
