import { DaybookError } from '../lib/errors.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { type SqlFormat, sqlFormats } from '../sql/formats.ts';
import { masked } from '../sql/masked.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';
import { mostSqlBytes, usualSqlRows } from './sql-limits.ts';
import { streamedBytes } from './streamed.ts';

const { result, statement } = schemasOf(() => import('./schemas/sql.ts'));

const types: Readonly<Record<SqlFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

const maxStatementBytes = 65_536;

/** `/api/v1/sites/:site/sql`: a statement of the owner's over a site's hits and visits. */
export const sqlRoutes: readonly Route[] = [
  route({
    ...{ method: 'POST', path: '/api/v1/sites/:site/sql', who: 'owner', tag: 'SQL' },
    ...{ site: { in: 'path', name: 'site' }, does: 'sql.run' },
    summary: 'Run a SELECT over the hits and visits of a site',
    description:
      'In DuckDB’s SQL, over the views `hits` and `visits`, in a database in which nothing else ' +
      'is. What is wrong with a statement is a 400 in the words of DuckDB; so is one that takes ' +
      'longer than 30 seconds or more memory than it may. One runs at a time: another one is a ' +
      '429. The audit log has who ran it, and the statement without its texts and long numbers.',
    body: { as: 'json', maxBytes: maxStatementBytes, schema: statement },
    about: ({ sql }) => masked(sql),
    answers: {
      200: {
        description: 'the result',
        type: Object.values(types).map((type) => type.split(';')[0]!),
        schema: result,
      },
    },
    errors: [429, 503],
    handle:
      ({ sql, answerLimits }) =>
      async ({ c, site: of, body }) => {
        if (sql === undefined)
          throw new DaybookError('not-found', 'this function runs no statements');
        const { format = accepted(c.req.header('accept')), limit = usualSqlRows, from, to } = body;
        if (from !== undefined && to !== undefined && from > to)
          throw refusedField('to', `expected a day not before from (${from}), got ${to}`);
        const mostBytes = Math.min(mostSqlBytes, answerLimits?.bytes ?? mostSqlBytes);
        const asked = { sql: body.sql, format, mostRows: limit, mostBytes, from, to };
        const { bytes } = await sql.run(of, asked, c.req.raw.signal);
        return streamedBytes(bytes, types[format]);
      },
  }),
];

/** The first format that `Accept` names. */
const accepted = (accept = ''): SqlFormat =>
  accept
    .split(',')
    .map((one) => one.split(';')[0]!.trim())
    .flatMap((type) => sqlFormats.filter((format) => types[format].split(';')[0] === type))[0] ??
  'json';
