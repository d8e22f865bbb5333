import type { Value } from '../duck/duck.ts';
import { toUnsigned } from '../duck/parquet.ts';
import { type Place, runningSort } from '../journal/keys.ts';
import type { Day } from '../lib/site-days.ts';
import { textFields } from '../model/fields.ts';
import type { Tables } from '../visits/tables.ts';

/** A hit as it came, as JSON text, and where it stands. */
export type RawHit = Place & { readonly hit: string };

/** In a hit's order of fields; `channel` stands before them. */
const texts = textFields.filter(({ name }) => name !== 'channel');

const hexOf = (id: string) => `format('{:016x}', ${toUnsigned(id)})`;

const ofEngagement = (column: string) => `CASE WHEN name = 'engagement' THEN ${column} END`;

/**
 * A hit as JSON text, its fields in the order in which they are collected, but for what was sent:
 * that is put in as it stands. Made in SQL: from columns in JavaScript it took ten times as long.
 * What is not known is taken out by the merge.
 */
const known = `json_merge_patch('{}', to_json(struct_pack(
  "id" := ${hexOf('id')}, "time" := "time", "name" := name, "visitor" := ${hexOf('visitor')},
  "hostname" := coalesce(hostname, ''), "page" := page, "channel" := coalesce(channel, ''),
  ${texts.map(({ name, column }) => `"${name}" := ${column}`).join(', ')},
  "interactive" := CASE WHEN interactive THEN NULL ELSE false END, "props" := props,
  "revenue" := CASE WHEN currency IS NOT NULL THEN struct_pack("currency" := currency,
    "amount" := amount::DOUBLE) END,
  "scrollDepth" := ${ofEngagement('scroll_depth')},
    "engagedMs" := ${ofEngagement('engaged_ms')})))::VARCHAR`;

/**
 * What hits of some days match, as a condition in SQL on `day` and `id`; it may read their visits
 * too.
 */
export type RawCondition = (
  tables: Tables,
  days: readonly Day[],
  bind: (value: Value) => string,
) => string;

type Which = {
  readonly limit: number;
  readonly pageviews: boolean;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly visitors?: readonly string[] | undefined;
  readonly matches?: RawCondition | undefined;
};

/**
 * Hits as they came, in order of their places, behind one of them: of the mounted tables or of the
 * ledger's files with their columns (`from`). What a pageview has of its engagements is theirs, and
 * left out.
 */
export function rawHitsSql(
  from: Tables,
  days: readonly Day[],
  after: Place,
  { limit, pageviews, fromMs, toMs, visitors, matches }: Which,
): { readonly text: string; readonly values: Value[] } {
  const [receivedAtMs, id] = after.order === '' ? ['-1', '0'] : after.order.split('/');
  const values: Value[] = [after.day, BigInt(receivedAtMs!), BigInt(`0x${id}`)];
  const among = days.map((day) => `$${values.push(day)}::DATE`).join(', ');
  const bind = (value: Value) => `$${values.push(value)}`;
  const more = [
    ...(pageviews ? ["name = 'pageview'"] : []),
    ...(fromMs === undefined ? [] : [`"time" >= ${bind(BigInt(fromMs))}::BIGINT`]),
    ...(toMs === undefined ? [] : [`"time" < ${bind(BigInt(toMs))}::BIGINT`]),
    ...(visitors === undefined ? [] : [ofVisitors(visitors, bind)]),
    ...(matches === undefined ? [] : [matches(from, days, bind)]),
  ];
  const text = `/* raw.hits */ SELECT day::VARCHAR, received, format('{:016x}', uid),
      CASE WHEN sent IS NULL THEN hit ELSE left(hit, length(hit) - 1) || ',"sent":' || sent || '}'
        END
    FROM (
      SELECT day, received, uid, ${known} AS hit, sent FROM (
        SELECT *, ${toUnsigned('id')} AS uid FROM ${from.hits}
        WHERE ${[`day IN (${among})`, ...more].join(' AND ')}
          AND (day > $1::DATE OR received > $2::BIGINT OR (received = $2::BIGINT
            AND ${toUnsigned('id')} > $3::UBIGINT))
        ORDER BY day, received, uid LIMIT ${limit}
      )
    ) ORDER BY 1, 2, 3`;
  return { text, values };
}

const ofVisitors = (visitors: readonly string[], bind: (value: Value) => string) =>
  `${toUnsigned('visitor')} IN (${visitors.map((id) => `${bind(BigInt(`0x${id}`))}::UBIGINT`)})`;

/** A row of `rawHitsSql`. */
export function rawHitOf([day, received, id, hit]: readonly Value[]): RawHit {
  return { day: String(day), order: runningSort(Number(received), String(id)), hit: String(hit) };
}
