import { type Field, fields, textFields } from '../../src/model/fields.ts';

/**
 * The tables of columns in docs/ledger.md, from the table of fields. `scripts/documents.mjs` writes
 * them; a test compares them with the page, and the page with real files.
 */
type Column = readonly [name: string, type: string, meaning: string];

const types = {
  ...{ text: 'VARCHAR', id: 'BIGINT', instant: 'TIMESTAMP', ms: 'BIGINT', percent: 'INTEGER' },
  ...{ no: 'BOOLEAN', texts: 'MAP(VARCHAR, VARCHAR)', money: 'DECIMAL(18,3)', json: 'VARCHAR' },
} as const satisfies Readonly<Record<Field['type'], string>>;

const fieldTable: Readonly<Record<string, Field>> = fields;

function columnOf(name: string): Column {
  const { type, column, doc, since = 1, always, dimension } = fieldTable[name]!;
  const isNever = type === 'no' || (always && dimension?.missing === undefined);
  const meaning = [
    doc,
    ...(type === 'id' ? ['64 bits, signed'] : []),
    ...(since > 1 ? [`since schema ${since}`] : []),
    ...(isNever ? ['never NULL'] : []),
  ];
  return [column, types[type], meaning.join('; ')];
}

/** What stands before the texts, in the order of the files. */
const first = ['name', 'hostname', 'page', 'interactive', 'scrollDepth', 'engagedMs'];

const texts = textFields.map(({ name }) => columnOf(name));

const hits: readonly Column[] = [
  ['day', 'DATE', 'the site-day; never NULL'],
  ['visit', 'INTEGER', 'number of the visit in its day, from 0; NULL: engagement, robot'],
  ...['time', 'id', 'visitor', ...first].map(columnOf),
  ...texts,
  columnOf('props'),
  ['currency', 'VARCHAR', 'ISO 4217, of `amount`; both NULL where there is no revenue'],
  ...['revenue', 'sent'].map(columnOf),
  ['delay_ms', 'BIGINT', 'received so many ms after `time`; never NULL'],
  ['utc_offset', 'INTEGER', "seconds that the site's clock was ahead of UTC; never NULL"],
];

const visits: readonly Column[] = [
  ['day', 'DATE', 'the site-day; never NULL'],
  ['visit', 'INTEGER', 'its number within the day; never NULL'],
  ['visitor', 'BIGINT', 'whose it is; never NULL'],
  ['time', 'TIMESTAMP', 'of its first hit, in UTC; never NULL'],
  ['duration_ms', 'BIGINT', 'from its first hit to its last; never NULL'],
  ['pageviews', 'INTEGER', 'never NULL'],
  ['events', 'INTEGER', 'pageviews and custom events; never NULL'],
  ['bounced', 'BOOLEAN', 'at most one of its hits was interactive; never NULL'],
  ['entry', 'BIGINT', '`id` of its first pageview'],
  ['entry_page', 'VARCHAR', 'page of that'],
  ['entry_hostname', 'VARCHAR', 'its host name'],
  ['exit_page', 'VARCHAR', 'page of its last pageview'],
  ['exit_hostname', 'VARCHAR', 'its host name'],
  ...textFields
    .filter(({ of }) => of === 'visit')
    .map(({ name }): Column => [columnOf(name)[0], 'VARCHAR', 'as in hits']),
  ['utc_offset', 'INTEGER', 'seconds, at its first hit; never NULL'],
];

export const columnTables: Readonly<Record<string, readonly Column[]>> = { hits, visits };

const markdown = (columns: readonly Column[]) =>
  [
    '| column | type | meaning |',
    '|---|---|---|',
    ...columns.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');

const hive: Readonly<Record<string, string>> = {
  VARCHAR: 'string',
  INTEGER: 'int',
  'MAP(VARCHAR, VARCHAR)': 'map<string,string>',
};

/** The columns of hits in the words of Hive, filled to 90 characters a line. */
function hiveColumns(): string {
  const lines: string[] = [''];
  for (const [i, [name, type]] of hits.entries()) {
    const end = i === hits.length - 1 ? '' : ',';
    const word = `\`${name}\` ${hive[type] ?? type.toLowerCase()}${end}`;
    const line = lines[lines.length - 1]!;
    if (line.length + word.length > 88) lines.push(`  ${word}`);
    else lines[lines.length - 1] = line === '' ? `  ${word}` : `${line} ${word}`;
  }
  return lines.join('\n');
}

/** The page with its tables as they should be. */
export function withColumnTables(page: string): string {
  const tables = Object.entries(columnTables).reduce((text, [heading, columns]) => {
    const at = text.indexOf('| column | type |', text.indexOf(`\n## ${heading}\n`));
    const end = text.indexOf('\n\n', at);
    return text.slice(0, at) + markdown(columns) + text.slice(end);
  }, page);
  return tables.replace(
    /(CREATE EXTERNAL TABLE hits \(\n)[\s\S]*?(\n\) STORED)/,
    (_, start: string, end: string) => start + hiveColumns() + end,
  );
}
