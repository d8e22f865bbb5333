import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlaces } from './place.ts';

const bundled = openPlaces({});

test.each([
  ['8.8.8.8', { country: 'US' }],
  ['::ffff:8.8.8.8', { country: 'US' }],
  ['8.8.8.8:53', { country: 'US' }],
  ['193.99.144.80', { country: 'DE' }],
  [
    '2a00:1450:4009:81b::200e',
    expect.objectContaining({ country: expect.stringMatching(/^[A-Z]{2}$/) }),
  ],
])('the bundled database knows %s', (ip, place) => {
  expect(bundled.locate(ip)).toEqual(place);
});

const private4 = [
  '127.0.0.1',
  '10.1.2.3',
  '192.168.1.1',
  '172.16.0.1',
  '169.254.1.1',
  '100.64.0.1',
  '0.0.0.0',
];
const private6 = ['::1', '::', 'fe80::1', 'fd12::1', '::ffff:10.0.0.1'];
test.each([...private4, ...private6, '', 'unknown', '999.1.1.1'])('%j is nowhere', (ip) => {
  expect(bundled.locate(ip)).toStrictEqual({});
});

test('the bundled database says what it is, and how old', () => {
  expect(bundled.source.name).toBe('IPtoASN country');
  expect(bundled.source.date).toMatch(/^20\d\d-[01]\d-[0-3]\d$/);
});

test('no text throws', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: 'binary' })),
      (ip) => bundled.locate(ip) !== undefined,
    ),
  );
});

describe("an owner's database", () => {
  let folder = '';
  const write = (name: string, bytes: Buffer) => {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'daybook-place-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const ashburn = {
    country: { iso_code: 'US' },
    subdivisions: [{ iso_code: 'VA' }],
    city: { names: { en: 'Ashburn', de: 'Aschburn' } },
  };

  test.each([
    ['GeoLite2 City', ashburn, { country: 'US', region: 'US-VA', city: 'Ashburn' }],
    [
      'DB-IP City, no region codes',
      {
        country: { iso_code: 'FR' },
        subdivisions: [{ names: { en: 'X' } }],
        city: { names: { en: 'Paris' } },
      },
      { country: 'FR', city: 'Paris' },
    ],
    [
      'ip-location-db city',
      { country_code: 'JP', city: 'Osaka', state1: 'Osaka' },
      { country: 'JP', city: 'Osaka' },
    ],
    ['country only', { country: { iso_code: 'BE' } }, { country: 'BE' }],
    ['no country', { city: { names: { en: 'X' } } }, {}],
    ['a continent for a country', { country_code: 'EU' }, {}],
    ['wrong types', { country: 'US', subdivisions: 'VA', city: [] }, {}],
    ['malformed codes', { country: { iso_code: 'usa' } }, {}],
    [
      'a malformed region',
      { country: { iso_code: 'US' }, subdivisions: [{ iso_code: '../x' }] },
      { country: 'US' },
    ],
  ])('%s', (name, record, place) => {
    const places = openPlaces({ cityFile: write('city.mmdb', mmdb(record)) });
    expect(places.locate('203.0.113.9')).toStrictEqual(place);
    expect(places.locate('10.0.0.1'), name).toStrictEqual({});
    // A database of IPv4 addresses knows no others.
    expect(places.locate('2001:db8::1')).toStrictEqual({});
    expect(places.source).toEqual({ name: 'Test', date: '2026-01-02' });
  });

  test('a city file goes before a country file', () => {
    const cityFile = write('city.mmdb', mmdb(ashburn));
    const countryFile = write('country.mmdb', mmdb({ country_code: 'FR' }));
    expect(openPlaces({ cityFile, countryFile }).locate('1.1.1.1').city).toBe('Ashburn');
    expect(openPlaces({ countryFile }).locate('1.1.1.1')).toStrictEqual({ country: 'FR' });
  });

  test('a file that is missing or none of the kind is named', () => {
    const broken = write('broken.mmdb', Buffer.from('not a database'));
    for (const cityFile of [join(folder, 'missing.mmdb'), broken]) {
      expect(() => openPlaces({ cityFile })).toThrow(
        expect.objectContaining({ fault: 'bad-input' }),
      );
      expect(() => openPlaces({ cityFile })).toThrow(cityFile);
    }
  });

  test('a damaged record costs nothing but the place', () => {
    const bytes = mmdb(ashburn);
    // The first byte behind the tree and its separator: a type there is not.
    bytes.fill(0xff, 6 + 16, 6 + 20);
    expect(openPlaces({ cityFile: write('damaged.mmdb', bytes) }).locate('1.1.1.1')).toStrictEqual(
      {},
    );
  });
});

/**
 * The smallest MaxMind database (format 2.0, IPv4, records of 24 bits): one node, whose both
 * branches lead to `record`.
 */
function mmdb(record: unknown): Buffer {
  const nodeCount = 1;
  const pointer = nodeCount + 16;
  const tree = Buffer.from([0, 0, pointer, 0, 0, pointer]);
  const meta = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Date.UTC(2026, 0, 2) / 1_000,
    database_type: 'Test',
    ip_version: 4,
    node_count: nodeCount,
    record_size: 24,
  };
  return Buffer.concat([
    tree,
    Buffer.alloc(16),
    encode(record),
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    encode(meta),
  ]);
}

/** MaxMind DB data: a control byte of type and size, the payload behind it. */
function encode(value: unknown): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  if (Array.isArray(value)) {
    // Arrays are of an extended type: 7 more than the byte that follows.
    return Buffer.concat([Buffer.from([value.length, 11 - 7]), ...value.map(encode)]);
  }
  const entries = Object.entries(value as object);
  return Buffer.concat([
    control(7, entries.length),
    ...entries.flatMap(([key, v]) => [encode(key), encode(v)]),
  ]);
}

function control(type: number, size: number): Buffer {
  if (size > 28) throw new Error(`expected at most 28, got ${size}`);
  return Buffer.from([(type << 5) | size]);
}
