import type { Clock } from '../lib/clock.ts';
import type { AnswerLimits } from './world.ts';

/** An item, and what names its place for the next request. */
export type Scanned = { readonly key: string; readonly item: unknown };

/** What stands around the items of an answer. */
const frameBytes = 200;

/**
 * Items as a DynamoDB scan answers, as JSON in pieces. An answer that ends early (at `limit` items,
 * or at the limits of an answer) names its `LastEvaluatedKey`, a text for the next request's
 * `ExclusiveStartKey`.
 */
export async function* scanAnswer(
  items: AsyncIterable<Scanned>,
  {
    clock,
    limit,
    limits: { bytes: maxBytes, ms: maxMs },
  }: { readonly clock: Clock; readonly limit: number; readonly limits: AnswerLimits },
): AsyncGenerator<string> {
  const endMs = clock() + maxMs;
  let bytes = 0;
  let count = 0;
  let last: string | undefined;
  let ended = true;
  yield '{"Items":[';
  for await (const { key, item } of items) {
    const text = JSON.stringify(item);
    bytes += Buffer.byteLength(text) + 1;
    // An answer always has at least one item: else asking on and on would never end.
    if (count === limit || (count > 0 && (bytes > maxBytes - frameBytes || clock() >= endMs))) {
      ended = false;
      break;
    }
    yield `${count === 0 ? '' : ','}${text}`;
    count++;
    last = key;
  }
  const more = ended ? '' : `,"LastEvaluatedKey":${JSON.stringify(last)}`;
  yield `],"Count":${count},"ScannedCount":${count}${more}}`;
}
