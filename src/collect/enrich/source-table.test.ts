import { expect, test } from 'vitest';
import { sourceOfHost, sourceOfTag } from './known-sources.ts';
import { sourceTable } from './source-table.ts';

const rows = Object.entries(sourceTable).flatMap(([category, entries]) =>
  entries.map(([name, words]) => ({ category, name, words: words.split(' ') })),
);
const words = rows.flatMap((row) => row.words.map((word) => ({ ...row, word })));

test('knows hosts by the hundred', () => {
  expect(words.filter(({ word }) => !/^(?:app|tag):/.test(word)).length).toBeGreaterThan(250);
});

test('every word is well formed and stands once', () => {
  const host = /^=?(?:[a-z\d-]+\.)+(?:[a-z]{2,}|\*)$/;
  const malformed = words.filter(
    ({ word }) => !host.test(word) && !/^app:[\w.]+$|^tag:[a-z.]+$/.test(word),
  );
  expect(malformed).toEqual([]);
  const bare = words.map(({ word }) => word.replace(/^=/, ''));
  expect(bare.filter((word, i) => bare.indexOf(word) !== i)).toEqual([]);
});

test('no service has two names or two categories', () => {
  const categories = new Map(
    rows.map(({ name, category }) => [name.toLowerCase(), `${name} ${category}`]),
  );
  for (const { name, category } of rows)
    expect(categories.get(name.toLowerCase())).toBe(`${name} ${category}`);
});

test('every host leads to its own service, and so does every tag', () => {
  for (const { name, category, word } of words) {
    const found = word.startsWith('tag:')
      ? sourceOfTag(word.slice(4))?.known
      : sourceOfHost(
          word
            .replace(/^(?:app:|=)/, '')
            .replace('*', 'com')
            .toLowerCase(),
        );
    expect({ word, ...found }).toEqual({ word, name, category });
    expect(sourceOfTag(name.toUpperCase())?.known.name).toBe(name);
  }
});

test('subdomains belong to a host, but not to one that stands alone', () => {
  expect(sourceOfHost('a.b.facebook.com')?.name).toBe('Facebook');
  expect(sourceOfHost('a.google.com')).toBeUndefined();
  expect(sourceOfHost(`${'a.'.repeat(100)}facebook.com`)).toBeUndefined();
});
