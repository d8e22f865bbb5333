import type { Hit } from '../collect/hit.ts';
import type { Value } from '../journal/duckdb.ts';
import { type Place, runningSort } from '../journal/keys.ts';
import { factFields } from '../journal/mount-tables.ts';
import type { Day } from '../lib/site-days.ts';
import { toUnsigned } from './tables.ts';

/** A hit as it came, and where it stands. */
export type RawHit = Place & { readonly hit: Hit };

/** In a hit's order of fields; `channel` stands before them. */
const facts = Object.entries(factFields).filter(([column]) => column !== 'channel');

/**
 * Hits as they came, in order of their places, behind one of them: of the mounted tables or of the ledger's files with their
 * columns (`from`). What a pageview has of its engagements is theirs, and left out.
 */
export function rawHitsSql(
  from: string,
  days: readonly Day[],
  after: Place,
  { limit, pageviews }: { readonly limit: number; readonly pageviews: boolean },
): { readonly text: string; readonly values: Value[] } {
  const [receivedAtMs, id] = after.order === '' ? ['-1', '0'] : after.order.split('/');
  const values: Value[] = [after.day, BigInt(receivedAtMs!), BigInt(`0x${id}`)];
  const among = days.map((day) => `$${values.push(day)}::DATE`).join(', ');
  const text = `/* raw.hits */ SELECT day::VARCHAR, received, id, "time", name, visitor, hostname, page, channel,
      ${facts.map(([column]) => column).join(', ')}, interactive, to_json(props)::VARCHAR, currency, amount::VARCHAR,
      CASE WHEN name = 'engagement' THEN scroll_depth END, CASE WHEN name = 'engagement' THEN engaged_ms END, sent
    FROM (FROM ${from} SELECT * REPLACE (${toUnsigned('id')} AS id, ${toUnsigned('visitor')} AS visitor))
    WHERE day IN (${among})${pageviews ? " AND name = 'pageview'" : ''}
      AND (day > $1::DATE OR received > $2::BIGINT OR (received = $2::BIGINT AND id > $3::UBIGINT))
    ORDER BY 1, 2, 3 LIMIT ${limit}`;
  return { text, values };
}

/** A row of `rawHitsSql` as a hit, its fields in the order in which they are collected. */
export function rawHitOf(row: readonly Value[]): RawHit {
  const [day, received, id, time, name, visitor, hostname, page, channel, ...more] = row;
  const hit: Record<string, unknown> = {
    ...{ id: hex(id!), time: Number(time), name, visitor: hex(visitor!) },
    ...{ hostname: hostname ?? '', page, channel: channel ?? '' },
  };
  for (const [i, [, field]] of facts.entries()) if (more[i] !== null) hit[field] = more[i];
  const [interactive, props, currency, amount, scrollDepth, engagedMs, sent] = more.slice(facts.length);
  if (interactive === false) hit['interactive'] = false;
  if (props !== null) hit['props'] = JSON.parse(String(props));
  if (currency !== null) hit['revenue'] = { currency, amount: Number(amount) };
  if (scrollDepth !== null) hit['scrollDepth'] = Number(scrollDepth);
  if (engagedMs !== null) hit['engagedMs'] = Number(engagedMs);
  if (sent !== null) hit['sent'] = JSON.parse(String(sent));
  return {
    day: String(day),
    order: runningSort(Number(received), String(hit['id'])),
    hit: hit as unknown as Hit,
  };
}

const hex = (id: Value) => BigInt(String(id)).toString(16).padStart(16, '0');
