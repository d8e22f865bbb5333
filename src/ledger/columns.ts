import { toSigned, toUnsigned } from '../duck/parquet.ts';
import { hourMs } from '../lib/clock.ts';
import { textColumns, visitTextColumns } from '../model/fields.ts';

/**
 * The columns of the ledger's Parquet files, and how they are read as the journal's mounted tables
 * are (`visits/tables.ts`). Types are those that DuckDB, pandas, Spark and Athena all know: 64-bit
 * ids are signed (their bits are the same), times are TIMESTAMP in milliseconds of UTC,
 * `utc_offset` is what the site's clock was ahead of UTC, in seconds.
 *
 * hits: in order of day, visit, time. `visit` numbers the visits of a day from 0; NULL for an
 * engagement and for a robot's row. `delay_ms`: received so much later than `time`. visits: `entry`
 * is the id of the visit's first pageview.
 */
const columnsOf = (table: string, columns: readonly string[]) =>
  columns.map((column) => `${table}.${column}`).join(', ');

/**
 * What of the mounted `hits` goes into hits.parquet; `v` numbers its visit, `offset_ms` is its
 * zone's offset then.
 */
export const hitsToFile = `h.day, v.n::INTEGER AS visit, make_timestamp_ms(h."time") AS "time",
  ${toSigned('h.id')} AS id,
  ${toSigned('h.visitor')} AS visitor, h.name, h.hostname, h.page, h.interactive,
  h.scroll_depth, h.engaged_ms,
  ${columnsOf('h', textColumns)}, h.props, h.currency, h.amount, h.sent,
  h.received - h."time" AS delay_ms, (offset_ms // 1000)::INTEGER AS utc_offset`;

export const visitsToFile = `v.day, v.n::INTEGER AS visit, ${toSigned('v.visitor')} AS visitor,
  make_timestamp_ms(v."time") AS "time",
  v.duration_ms, v.pageviews, v.events, v.bounced, ${toSigned('v.entry')} AS entry,
  v.entry_page, v.entry_hostname,
  v.exit_page, v.exit_hostname, ${columnsOf('v', visitTextColumns)},
  (offset_ms // 1000)::INTEGER AS utc_offset`;

const hourOfRow = `least(
  greatest((epoch_ms("time") + utc_offset * 1000) // ${hourMs}, (day - DATE '1970-01-01') * 24),
  (day - DATE '1970-01-01') * 24 + 23)::INTEGER`;

export const asInFile = (column: string) => column;

/**
 * The files' rows with the columns of the mounted tables; `from` reads the files. `ids` converts
 * the file's ids. A caller that only counts and compares them takes them as they are (`asInFile`),
 * at no cost.
 */
export const hitsFromFile = (
  from: string,
  ids = toUnsigned,
) => `SELECT day, ${ids('id')} AS id, epoch_ms("time") + delay_ms AS received,
  epoch_ms("time") AS "time", ${hourOfRow} AS hour, name, name = 'pageview' AS pageview,
  interactive,
  ${ids('visitor')} AS visitor,
  visit::UBIGINT AS visit, hostname, page, scroll_depth, engaged_ms,
  ${textColumns.join(', ')}, props, currency, amount, sent FROM ${from}`;

export const visitsFromFile = (
  from: string,
  ids = toUnsigned,
) => `SELECT day, visit::UBIGINT AS visit, ${ids('visitor')} AS visitor, epoch_ms("time") AS "time",
  ${hourOfRow} AS hour, duration_ms, pageviews, events, bounced, ${ids('entry')} AS entry,
  entry_page, entry_hostname,
  exit_page, exit_hostname, ${visitTextColumns.join(', ')} FROM ${from}`;

/** Rows that belong together stand together: so they compress to a third. Over visits `v`. */
export const visitOrder = `v.day, v.country, v.region, v.city, v.browser, v.os, v.device,
  v.browser_version, v.os_version, v.language, v.screen, v.visitor, v."time", v.visit`;
