import { DaybookError } from '../../lib/errors.ts';

/**
 * Throws the `bad-input` error of one field: what was expected of it and what came. `at` is '' for
 * the whole body.
 */
export function fail(at: string, expected: string, came: unknown): never {
  const text = `expected ${expected}; got ${shown(came)}`;
  throw new DaybookError('bad-input', at === '' ? text : `${at}: ${text}`, {
    fields: { [at === '' ? 'body' : at]: [text] },
  });
}

/** An input as it is quoted back: JSON, cut. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

export const inList = (names: readonly string[]) => names.join(', ');

export const oneOf = (names: readonly string[]) => `one of ${inList(names)}`;

/** The fields of a JSON object that has no others than `allowed`. */
export function fieldsOf(
  given: unknown,
  at: string,
  allowed: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return fail(at, 'a JSON object', given);
  const unknown = Object.keys(given).find((name) => !allowed.includes(name));
  if (unknown !== undefined) fail(at, `no other fields than ${inList(allowed)}`, unknown);
  return given as Record<string, unknown>;
}

export function listOf<T>(
  given: unknown,
  at: string,
  max: number,
  parse: (item: unknown, at: string) => T,
): T[] {
  if (!Array.isArray(given)) return fail(at, 'a list', given);
  if (given.length > max) fail(at, `at most ${max} entries`, given.length);
  return given.map((item, i) => parse(item, `${at}[${i}]`));
}
