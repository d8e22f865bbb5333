import { maxEventsBytes, readEvents } from '../collect/dialects/events.ts';
import { isDrop } from '../collect/drop.ts';
import { requestText } from './request-text.ts';
import { type Route, route } from './route.ts';
import { type Fate, takeEach } from './take-each.ts';
import { contextOf, refuseInvalid } from './take-hits.ts';

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
      const begun = world.timer?.begin();
      const receivedAtMs = world.arrivals.begin();
      try {
        const read = readEvents(text, contextOf(world, c, receivedAtMs, sender));
        if ('invalid' in read) throw refuseInvalid(world, c, read, receivedAtMs);
        const fates = await takeEach(world, read.events, receivedAtMs);
        if (begun !== undefined) world.timer!.acknowledged(begun);
        return c.json(answerOf(fates.map(resultOf)));
      } finally {
        world.arrivals.end(receivedAtMs);
      }
    },
});

function resultOf(fate: Fate): Result {
  if ('invalid' in fate) {
    const [[field, [expected]]] = Object.entries(fate.invalid) as [[string, [string]]];
    return { status: 'invalid', field, expected };
  }
  return isDrop(fate)
    ? { status: 'dropped', reason: fate.dropped }
    : { status: 'accepted', id: fate.id };
}

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
