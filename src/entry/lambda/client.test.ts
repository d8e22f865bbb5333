import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { type ClientOptions, readClients } from './client.ts';

const secret = 'only-our-cloudfront-knows';
const through = { 'x-daybook-origin': secret };
const plain: ClientOptions = { originSecret: undefined, countryHeader: undefined };
const fronted: ClientOptions = { originSecret: secret, countryHeader: 'cloudfront-viewer-country' };
const viewer = (address: string) => ({ 'cloudfront-viewer-address': address });
const from = (country: string) => ({ 'cloudfront-viewer-country': country });

test.each<[string, ClientOptions, Record<string, string>, string, string | undefined]>([
  ['nothing set', plain, { ...viewer('203.0.113.9:1'), ...from('DE') }, '192.0.2.7', undefined],
  [
    'through CloudFront',
    fronted,
    { ...through, ...viewer('203.0.113.9:46532'), ...from('DE') },
    '203.0.113.9',
    'DE',
  ],
  ['IPv6', fronted, { ...through, ...viewer('2001:db8::7:46532') }, '2001:db8::7', undefined],
  [
    'IPv6 in brackets',
    fronted,
    { ...through, ...viewer('[2001:db8::7]:46532') },
    '2001:db8::7',
    undefined,
  ],
  [
    'past CloudFront',
    fronted,
    { ...viewer('203.0.113.9:1'), ...from('DE') },
    '192.0.2.7',
    undefined,
  ],
  [
    'a wrong secret',
    fronted,
    { 'x-daybook-origin': 'x', ...viewer('203.0.113.9:1'), ...from('DE') },
    '192.0.2.7',
    undefined,
  ],
  [
    'no viewer named',
    fronted,
    { ...through, ...viewer('nobody'), ...from('zz') },
    '192.0.2.7',
    undefined,
  ],
  [
    'no country',
    fronted,
    { ...through, ...viewer('203.0.113.9:1'), ...from('T1x') },
    '203.0.113.9',
    undefined,
  ],
  [
    'any header that the owner trusts',
    { ...plain, countryHeader: 'cf-ipcountry' },
    { 'cf-ipcountry': 'fr' },
    '192.0.2.7',
    'FR',
  ],
])('%s', async (_, options, headers, address, country) => {
  const { peerAddress, placeOf } = readClients(options);
  const app = new Hono().get('/', (c) =>
    c.json({ address: peerAddress(c), place: placeOf(c) ?? {} }),
  );
  const answer = await app.request('/', { headers }, { address: '192.0.2.7' });
  expect(await answer.json()).toEqual({ address, place: country === undefined ? {} : { country } });
});
