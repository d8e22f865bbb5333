import { readUmami, readUmamiBatch } from '../../collect/dialects/umami.ts';
import { isDrop } from '../../collect/drop.ts';
import { umamiError } from '../failures.ts';
import { type Route, route } from '../route.ts';
import { type Fate, takeEach } from '../take-each.ts';
import { answer, answering, invalidError, refuseInvalid, take } from '../take-hits.ts';
import type { World } from '../world.ts';

const json = 'application/json';

const maxBatchBytes = 1_048_576;

const sending = {
  method: 'POST',
  who: 'anyone',
  isOpenToOrigins: true,
  tag: 'Collecting',
  shape: 'umami',
} as const;

/** What Umami's tracker and its clients on servers send. */
export const umamiSendRoutes: readonly Route[] = [
  route({
    ...{ ...sending, path: '/api/send', summary: "A pageview or an event of Umami's clients" },
    answers: { 200: { description: 'taken' } },
    errors: [400, 403, 413],
    handle:
      (world) =>
      ({ c }) =>
        answering(world, c, 'umami', async (text, context) => {
          const read = readUmami(text, context);
          const [outcome] = await take(world, c, 'invalid' in read ? read : [read], context);
          const { status, body } = answerTo(world, outcome!);
          return answer(JSON.stringify(body), status, json, [outcome!]);
        }),
  }),
  route({
    ...{ ...sending, path: '/api/batch', summary: 'Several of them' },
    answers: { 200: { description: 'what became of them' } },
    errors: [400, 413],
    handle:
      (world) =>
      ({ c }) =>
        answering(
          world,
          c,
          'umami',
          async (text, context) => {
            const { receivedAtMs } = context;
            const read = readUmamiBatch(text, context);
            if ('invalid' in read) throw refuseInvalid(world, c, read, receivedAtMs);
            const fates = await takeEach(world, read.hits, receivedAtMs);
            const body = JSON.stringify(batchAnswer(fates.map((fate) => answerTo(world, fate))));
            return answer(
              body,
              200,
              json,
              fates.filter((fate) => 'dropped' in fate),
            );
          },
          maxBatchBytes,
        ),
  }),
];

type Answer = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/**
 * What Umami answers. Its ids of session and visit are drawn anew each time: nobody is recognised
 * by them, and its clients only send the cache back.
 */
function answerTo({ collect: { random } }: World, fate: Fate): Answer {
  const refused = (status: number, message: string) => ({
    status,
    body: umamiError(status, message),
  });
  if ('invalid' in fate) return refused(400, invalidError(fate).message);
  if (isDrop(fate)) {
    if (fate.dropped === 'bot') return { status: 200, body: { beep: 'boop' } };
    if (fate.dropped === 'unknown-site') return refused(400, 'Website not found.');
    if (fate.dropped === 'excluded-ip') return refused(403, 'Forbidden');
  }
  const newId = () => uuidOf(random(16));
  const cache = random(12).toString('base64url');
  return { status: 200, body: { cache, sessionId: newId(), visitId: newId() } };
}

function batchAnswer(answers: readonly Answer[]): Record<string, unknown> {
  const errors = answers.flatMap(({ status, body }, index) =>
    status === 200 ? [] : [{ index, response: body }],
  );
  return {
    size: answers.length,
    processed: answers.length - errors.length,
    errors: errors.length,
    details: errors,
    cache: answers.find(({ body }) => 'cache' in body)?.body['cache'] ?? null,
  };
}

/** A UUID of version 4. */
function uuidOf(bytes: Buffer): string {
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
