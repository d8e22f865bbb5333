import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import { type Field, type FieldName, fieldNames, fields } from '../model/fields.ts';
import type { Hit } from '../model/hit.ts';

/** Rows that are held, and written at once: the server does nothing else meanwhile. */
const groupRows = 1_000;

type Column = Pick<SchemaElement, 'type' | 'converted_type'>;

const text: Column = { type: 'BYTE_ARRAY', converted_type: 'UTF8' };
const json: Column = { type: 'BYTE_ARRAY', converted_type: 'JSON' };
const whole: Column = { type: 'INT64' };

const columnOf: Readonly<Record<Field['type'], Column>> = {
  ...{ text, id: text, ms: whole, percent: whole, texts: json, json, money: json },
  ...{ instant: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, no: { type: 'BOOLEAN' } },
};

const schema: SchemaElement[] = [
  { name: 'hits', num_children: fieldNames.length },
  ...fieldNames.map(
    (name): SchemaElement => ({
      ...{ name, repetition_type: 'OPTIONAL' },
      ...columnOf[(fields[name] as Field).type],
    }),
  ),
];

/** The columns of CSV, a row group after the other: no more than one of them is held. */
export async function* hitsAsParquet(hits: AsyncIterable<Hit>): AsyncGenerator<Uint8Array> {
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema, createdBy: 'Daybook', statistics: false });
  const take = () => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  let rows: Hit[] = [];
  for await (const hit of hits) {
    rows.push(hit);
    if (rows.length < groupRows) continue;
    write(file, rows);
    yield take();
    rows = [];
  }
  if (rows.length > 0) write(file, rows);
  file.finish();
  yield take();
}

function write(file: ParquetWriter, rows: readonly Hit[]): void {
  const columnData = fieldNames.map((name) => ({
    name,
    data: rows.map((hit) => cellOf(name, hit[name])),
  }));
  void file.write({ columnData, rowGroupSize: groupRows });
}

function cellOf(name: FieldName, value: unknown): unknown {
  if (value === undefined) return null;
  const { type, converted_type } = columnOf[(fields[name] as Field).type];
  if (converted_type === 'TIMESTAMP_MILLIS') return new Date(value as number);
  if (type === 'INT64') return BigInt(Math.round(value as number));
  return value;
}
