import type { Candidate, Invalid } from '../collect/candidate.ts';
import { collect } from '../collect/collect.ts';
import { maxEventsBytes, readEvents } from '../collect/dialects/events.ts';
import { type Drop, isDrop } from '../collect/drop.ts';
import type { Kept } from '../collect/world.ts';
import { requestText } from './request-text.ts';
import { type Route, route } from './route.ts';
import { contextOf, countInvalid, ofOtherSite, refuseInvalid } from './take-hits.ts';
import type { World } from './world.ts';

/** What became of an event, at its place in the request. */
type Result =
  | { readonly status: 'accepted'; readonly id: string }
  | { readonly status: 'dropped'; readonly reason: string }
  | { readonly status: 'invalid'; readonly field: string; readonly expected: string };

/** `POST /api/events`: many events at once, from a server. No page of a browser may send them. */
export const eventsRoute: Route = route({
  ...{ method: 'POST', path: '/api/events', who: 'sender', tag: 'Collecting' },
  summary: 'Up to 1,000 events of your server',
  shape: 'errors',
  answers: { 200: { description: 'what became of each' } },
  errors: [400, 413],
  handle:
    (world) =>
    async ({ c, sender }) => {
      const text = await requestText(c, maxEventsBytes);
      const receivedAtMs = world.arrivals.begin();
      try {
        const read = readEvents(text, contextOf(world, c, receivedAtMs, sender));
        if ('invalid' in read) throw refuseInvalid(world, c, read, receivedAtMs);
        const events = await Promise.all(
          read.events.map(async (event) =>
            'invalid' in event ? event : ((await ofOtherSite(world, event)) ?? event),
          ),
        );
        return c.json(answerOf(await takeEvents(world, events, receivedAtMs)));
      } finally {
        world.arrivals.end(receivedAtMs);
      }
    },
});

/** Stores those that are valid, all at once; the results are in the order of the events. */
async function takeEvents(
  world: World,
  events: readonly (Candidate | Invalid)[],
  receivedAtMs: number,
): Promise<readonly Result[]> {
  const valid = events.filter((event): event is Candidate => !('invalid' in event));
  const outcomes = (await collect(world.collect, valid)).values();
  return events.map((event) => {
    if (!('invalid' in event)) return resultOf(outcomes.next().value!);
    countInvalid(world, receivedAtMs);
    const [[field, [expected]]] = Object.entries(event.invalid) as [[string, [string]]];
    return { status: 'invalid', field, expected };
  });
}

const resultOf = (outcome: Kept | Drop): Result =>
  isDrop(outcome)
    ? { status: 'dropped', reason: outcome.dropped }
    : { status: 'accepted', id: outcome.id };

function answerOf(results: readonly Result[]) {
  const count = (status: Result['status']) =>
    results.filter((result) => result.status === status).length;
  return {
    accepted: count('accepted'),
    dropped: count('dropped'),
    invalid: count('invalid'),
    results,
  };
}
