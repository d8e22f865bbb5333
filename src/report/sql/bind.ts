import type { Value } from '../../duck/duck.ts';

/** A statement with its values, `$1` being the first. */
export type Statement = { readonly text: string; readonly values: readonly Value[] };

export function binder(): { values: Value[]; bind: Bind } {
  const values: Value[] = [];
  return { values, bind: (value) => `$${values.push(value)}` };
}

/** Binds a value and gives its place in the statement, `$1 …`. */
export type Bind = (value: Value) => string;
