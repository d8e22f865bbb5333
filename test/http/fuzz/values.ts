import type { Chance } from '../../../src/entry/demo/chance.ts';

/** The site that takes hits and whose reports are asked for. */
export const steadySite = 'steady.test';

/** Some of the fields, each with a chance. */
export function some(
  chance: Chance,
  fields: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(() => chance.happens(0.5)));
}

/** Values that parsers have stumbled over: of every kind a few, ours and those of other programs. */

export const oneOf = <T>(chance: Chance, values: readonly T[]): T =>
  values[Math.floor(chance.between(0, values.length))]!;

export const wholeBelow = (chance: Chance, end: number): number =>
  Math.floor(chance.between(0, end));

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'length'];

const days = [
  ...['2026-02-30', '2026-02-29', '2026-13-01', '2026-00-10', '2026-01-00', '0000-00-00'],
  ...['0000-01-01', '9999-12-31', '9999-99-99', '+275760-09-13', '-271821-04-19', '2026-1-1'],
  ...['2026-02-30/1771000000000/0123456789abcdef', '9999-12-31/9999999999999/ffffffffffffffff'],
  ...['2026-01-01T24:00:00Z', '2026-01-01T00:00:00+99:99', '2026-01-01T00:00:60Z', '1e9'],
];

const patterns = ['(', '[a-', '(?i)', 'a{1000}{1000}', '(a|aa)+$', '\\', '**', '*', '.*.*.*.*x'];

const urls = [
  ...['http://', '//', 'https://:0/', 'https://[::1', 'https://a b/', 'javascript:alert(1)'],
  ...['data:text/html,x', 'https://xn--a/', 'https://a..b/', 'https://user:p%40ss@host:99999/'],
  ...['https://host/%', 'https://host/%zz%00', 'https://host/?%ff=%fe', 'https://host/#%'],
];

const marks = [
  ...[
    '',
    ' ',
    '\u0000',
    '\ud800',
    '\udc00x',
    '\ufeff',
    '\u202e',
    '\r\n',
    '\t',
    '"',
    "'",
    '%',
    '\\u',
  ],
  ...['%00', '%zz', '%c0%af', '../../etc/passwd', "'); DROP TABLE hits; --", '<script>', '{{x}}'],
  ...['😀', 'e\u0301', '\u2028', '=1+1', '-', '.', ',', ';', '|', '{}', '[]', 'null', 'NaN'],
];

const addresses = ['1.2.3.4/33', '::ffff:1.2.3.4', '999.1.1.1', 'fe80::1%eth0', '0/0', '::/129'];

const zones = ['IST', 'Europe/Nowhere', '+02:00', 'Etc/GMT+14', 'europe/berlin', 'UTC0'];

/** By its length too: at the limits of fields, of rows, of headers. */
export function hostileText(chance: Chance): string {
  const kind = oneOf(chance, [names, days, patterns, urls, marks, addresses, zones, undefined]);
  if (kind !== undefined) return oneOf(chance, kind);
  const unit = oneOf(chance, ['x', 'ä', '😀', '/', '%', '(', '\u0000', 'a,']);
  return unit.repeat(oneOf(chance, [36, 121, 254, 301, 501, 2_001, 5_000]));
}

const numbers = [
  ...[0, -0, -1, 0.1, 1e-7, 5e-324, 2 ** 31, 2 ** 32, 2 ** 53, 2 ** 63, 2 ** 64, 1e21, 1e308],
  ...[-1e308, 8.64e15, 8.64e15 + 1, -8.64e15, 253_402_300_800_000, 1_771_000_000_000],
];

/** JSON texts of values, since some have none as values: `1e400`, a key `__proto__`. */
const texts = [
  ...['null', 'true', 'false', '[]', '{}', '[[]]', '[null]', '1e400', '-1e400', '"\\ud800"'],
  ...['{"__proto__":{"x":1}}', '{"__proto__":null}', '{"__proto__":"x"}', '["__proto__"]'],
  ...['{"constructor":{"prototype":1}}', '{"toString":"x"}', '{"length":-1}', '{"":""}'],
  ...['{"then":1}', '{"toJSON":1}', '{"a":1,"a":2}'],
];

/** The JSON text of a hostile value. */
export function hostileJson(chance: Chance): string {
  const kind = wholeBelow(chance, 10);
  if (kind < 4) return JSON.stringify(hostileText(chance));
  if (kind < 6) return JSON.stringify(oneOf(chance, numbers));
  if (kind < 9) return oneOf(chance, texts);
  const depth = oneOf(chance, [9, 51, 101, 3_000]);
  return chance.happens(0.5)
    ? `${'['.repeat(depth)}${']'.repeat(depth)}`
    : `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
}
