import type { Value } from '../../duck/duck.ts';

/** A statement with its values, `$1` being the first. */
export type Statement = { readonly text: string; readonly values: readonly Value[] };

export function binder(): { values: Value[]; bind: Bind } {
  const values: Value[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** Binds a value and gives its place in the statement, `$1 …`. */
export type Bind = (value: Value) => string;

/** Reads texts, as `value`: they are one value, however many. */
export function listSql(texts: readonly string[], bind: Bind): string {
  // As when each is bound: half of a surrogate pair is no text.
  const json = JSON.stringify(texts.map((text) => Buffer.from(text).toString()));
  return `SELECT unnest(from_json(${bind(json)}::JSON, '["VARCHAR"]')) AS value`;
}
