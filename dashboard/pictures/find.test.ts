import { iso31661 } from 'iso-3166';
import { expect, test } from 'vitest';
import { readAgent } from '../../src/collect/enrich/agent.ts';
import { sourceTable } from '../../src/collect/enrich/source-table.ts';
import { findPicture, type Table } from './find.ts';
import { makePictures, picturesByName } from './make.ts';
import { pictureNames, sourceLogos } from './names.ts';

const { table: made, sheet, flags } = makePictures();
const table: Table = { ...made, sheet: '/sheet.svg', flags: '/flags/' };
const sources = new Set(Object.values(sourceTable).flatMap((all) => all.map(([name]) => name)));

test('every source of the server has a picture, and every logo is of one of them', () => {
  expect(Object.keys(picturesByName()['source']!).sort()).toEqual([...sources].sort());
  expect(Object.keys(sourceLogos).filter((name) => !sources.has(name))).toEqual([]);
});

test('every country of ISO 3166-1 has a flag that loads nothing else', () => {
  const all = [...iso31661.map(({ alpha2 }) => alpha2), 'XK'];
  const without = all.filter((code) => {
    const found = findPicture(table, 'country', code);
    return !('flag' in found) || found.flag !== `/flags/${code.toLowerCase()}.svg`;
  });
  expect(without).toEqual([]);
  expect([...flags.values()].filter((svg) => /script|href="(?!#)|url\((?!#)/.test(svg))).toEqual(
    [],
  );
});

test('each picture has a place of its own on the sheet, and the sheet has room for all', () => {
  const places = new Set(
    [...Object.values(table.places).flatMap((of) => Object.values(of))].concat(
      Object.values(table.others),
    ),
  );
  expect(Math.max(...places)).toBe(places.size - 1);
  expect(sheet.match(/<g transform/g)).toHaveLength(places.size);
  expect(table.rows).toBe(Math.ceil(places.size / 16));
});

test.each([
  ['source', 'GitHub', 'GitHub'],
  ['browser', 'Chrome', 'Chrome'],
  ['system', 'Windows', 'Windows'],
  ['device', 'Tablet', 'Tablet'],
] as const)('a %s, %s, has its own', (dimension, value, name) => {
  expect(findPicture(table, dimension, value)).toEqual({ place: table.places[dimension]![name] });
});

test.each([
  ['source', 'Direct / None', 'direct'],
  ['source', 'blog.example.org', 'source'],
  ['source', 'newsletter', 'tag'],
  ['source', 'constructor', 'tag'],
  ['browser', '(not set)', 'browser'],
  ['system', 'Plan 9', 'system'],
  ['country', '(not set)', 'country'],
  ['country', 'ZZ', 'country'],
  ['country', 'da', 'country'], // AD and AE stand side by side
] as const)('a %s without one, %s, has that of its kind', (dimension, value, kind) => {
  expect(findPicture(table, dimension, value)).toEqual({ place: table.others[kind] });
});

const agentOf = (platform: string, browser: string) => `Mozilla/5.0 (${platform}) ${browser}`;
const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const safari = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';

test.each([
  agentOf('Windows NT 10.0; Win64; x64', chrome),
  agentOf('X11; CrOS x86_64 14541.0.0', chrome),
  agentOf('Linux; Android 14; K', chrome.replace('Safari', 'Mobile Safari')),
  agentOf('Macintosh; Intel Mac OS X 10_15_7', safari),
  agentOf('iPhone; CPU iPhone OS 18_0 like Mac OS X', safari.replace(' Saf', ' Mobile/15E148 Saf')),
  agentOf('X11; Ubuntu; Linux x86_64; rv:130.0', 'Gecko/20100101 Firefox/130.0'),
  agentOf('X11; Linux x86_64', `${chrome} OPR/120.0.0.0`),
  agentOf('X11; FreeBSD amd64', `${chrome} Brave/1.60`),
  agentOf('iPad; CPU OS 17_0 like Mac OS X', `${safari} Ddg/17.0`),
])('the browser and the system of %s have pictures by the names the server gives', (agent) => {
  const { browser = '', os = '' } = readAgent(agent);
  expect(pictureNames.browser).toHaveProperty([browser]);
  expect(pictureNames.system).toHaveProperty([os]);
});

test('each device has a drawing', () => {
  expect(Object.keys(pictureNames.device)).toEqual(['Mobile', 'Tablet', 'Laptop', 'Desktop']);
});
