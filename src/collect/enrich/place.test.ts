import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mmdb } from '../../../test/support/mmdb.ts';
import { regionCodes } from '../../model/region-names.ts';
import { openCities, openPlaces, type Places } from './place.ts';

const bundled = openPlaces();

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
  const none: Places = { locate: () => ({}), source: { name: 'none', date: '' } };
  const codeOf = regionCodes();
  const citiesOf = (content: Buffer, others = none) =>
    openCities(content, { file: 'my.mmdb', others, codeOf });
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
        subdivisions: [{ names: { en: 'Ile-de-France' } }],
        city: { names: { en: 'Paris' } },
      },
      { country: 'FR', region: 'FR-IDF', city: 'Paris' },
    ],
    [
      'a region whose code is not found by its English name',
      { country: { iso_code: 'DE' }, subdivisions: [{ names: { en: 'Bavaria' } }] },
      { country: 'DE', region: 'Bavaria' },
    ],
    [
      'ip-location-db city',
      { country_code: 'JP', city: 'Osaka', state1: 'Osaka' },
      { country: 'JP', region: 'JP-27', city: 'Osaka' },
    ],
    [
      'IPinfo',
      { country: 'ES', region: 'Madrid', city: 'Alcorcón' },
      { country: 'ES', region: 'ES-MD', city: 'Alcorcón' },
    ],
    [
      'IP2Location, dashes for what is not known',
      {
        country: { iso_code: 'US' },
        subdivisions: [{ names: { en: '-' } }],
        city: { names: { en: '-' } },
      },
      { country: 'US' },
    ],
    [
      'a city without an English name',
      { country: { iso_code: 'AT' }, city: { names: { de: 'Wien' } } },
      { country: 'AT', city: 'Wien' },
    ],
    ['country only', { country: { iso_code: 'BE' } }, { country: 'BE' }],
    ['no country', { city: { names: { en: 'X' } } }, {}],
    ['a continent for a country', { country_code: 'EU' }, {}],
    ['wrong types', { country: ['US'], subdivisions: 'VA', city: [] }, {}],
    ['malformed codes', { country: { iso_code: 'usa' } }, {}],
    [
      'a malformed region',
      { country: { iso_code: 'US' }, subdivisions: [{ iso_code: '../x' }] },
      { country: 'US' },
    ],
  ])('%s', (name, record, place) => {
    const places = citiesOf(mmdb(record));
    expect(places.locate('203.0.113.9')).toStrictEqual(place);
    expect(places.locate('10.0.0.1'), name).toStrictEqual({});
    // A database of IPv4 addresses knows no others.
    expect(places.locate('2001:db8::1')).toStrictEqual({});
    expect(places.source).toEqual({ name: 'Test-City', date: '2026-01-02' });
  });

  test('what it does not know, the bundled one of countries may', () => {
    const places = citiesOf(mmdb({ city: 'nowhere' }), bundled);
    expect(places.locate('193.99.144.80')).toStrictEqual({ country: 'DE' });
    const known = citiesOf(mmdb(ashburn), bundled);
    expect(known.locate('193.99.144.80')).toMatchObject({ country: 'US', city: 'Ashburn' });
  });

  test.each(['GeoLite2-Country', 'DBIP-Country-Lite', 'GeoLite2-ASN'])(
    'of the kind %s it is refused by name',
    (type) => {
      const open = () => citiesOf(mmdb(ashburn, type));
      expect(open).toThrow(expect.objectContaining({ fault: 'bad-input' }));
      expect(open).toThrow(`my.mmdb: expected a database of cities, got one of another kind`);
    },
  );

  test.each([
    ['no city', { country: { iso_code: 'DE' } }],
    ['no place', { isp: 'Telekom' }],
  ])('of a name that says nothing, and of %s, it is refused', (_, record) => {
    expect(() => citiesOf(mmdb(record, 'Our-Own'))).toThrow('of another kind (Our-Own)');
    expect(citiesOf(mmdb(ashburn, 'Our-Own')).locate('8.8.8.8').city).toBe('Ashburn');
  });

  test('a file that is none of the kind is named', () => {
    const open = () => citiesOf(Buffer.from('not a database'));
    expect(open).toThrow(expect.objectContaining({ fault: 'bad-input' }));
    expect(open).toThrow('my.mmdb');
  });

  test('a damaged record costs nothing but the place', () => {
    const bytes = mmdb(ashburn);
    // The first byte behind the tree and its separator: a type there is not.
    bytes.fill(0xff, 6 + 16, 6 + 20);
    expect(citiesOf(bytes).locate('1.1.1.1')).toStrictEqual({});
  });
});
