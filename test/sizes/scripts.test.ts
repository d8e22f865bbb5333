import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { parse } from 'acorn';
import { describe, expect, test } from 'vitest';
import { builtPages } from '../support/real-app.ts';

/** In bytes, gzipped. They are low because every page of a site loads one of these. */
const limits: Readonly<Record<string, number>> = {
  'daybook.small.v1.js': 2_000,
  'daybook.v1.js': 3_770,
  'goatcounter.js': 1_830,
  'plausible.js': 3_890,
  'umami.js': 1_210,
};

const read = (name: string) => readFileSync(`${builtPages}/js/${name}`);

test('every script has a limit', () => {
  const names = readdirSync(`${builtPages}/js`).filter((name) => name.endsWith('.js'));
  expect(names.sort()).toEqual(Object.keys(limits).sort());
});

describe.each(Object.entries(limits))('%s', (name, limitBytes) => {
  test(`has at most ${limitBytes} bytes`, () => {
    expect(gzipSync(read(name), { level: 9 }).length).toBeLessThanOrEqual(limitBytes);
  });

  test('is read by browsers of 2017', () => {
    expect(parse(read(name).toString(), { ecmaVersion: 2017 }).body).toHaveLength(1);
  });
});
