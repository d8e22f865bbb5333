import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LogLine, lineReader } from './line.ts';
import { readPageview } from './pageview.ts';

test.each<[string, string, ReturnType<typeof readPageview>]>([
  ['GET / HTTP/1.1', '200', { target: '/' }],
  ['GET /a/b HTTP/1.1', '206', { target: '/a/b' }],
  ['GET /a?x=1.png HTTP/1.1', '304', { target: '/a?x=1.png' }],
  ['GET /v1.2/ HTTP/1.1', '200', { target: '/v1.2/' }],
  ['GET /v1.2/about HTTP/2.0', '200', { target: '/v1.2/about' }],
  ['GET /index.html HTTP/1.1', '200', { target: '/index.html' }],
  ['GET /INDEX.HTM HTTP/1.1', '200', { target: '/INDEX.HTM' }],
  ['GET /a.php HTTP/1.1', '200', { target: '/a.php' }],
  ['GET /a.asp HTTP/1.1', '200', { target: '/a.asp' }],
  ['GET /a.aspx HTTP/1.1', '200', { target: '/a.aspx' }],
  ['GET /a.jsp HTTP/1.1', '200', { target: '/a.jsp' }],
  ['GET /a.b.cgi HTTP/1.1', '200', { target: '/a.b.cgi' }],
  ['GET /a b HTTP/1.1', '200', { target: '/a b' }],
  ['GET /old', '200', { target: '/old' }],
  ['GET http://example.com/a HTTP/1.1', '200', { target: '/a' }],
  ['GET http://example.com HTTP/1.1', '200', { target: '/' }],
  ['GET /a.png HTTP/1.1', '200', 'asset'],
  ['GET /a.html.gz HTTP/1.1', '200', 'asset'],
  ['GET /.well-known HTTP/1.1', '200', 'asset'],
  ['GET /a.js?v=/b HTTP/1.1', '200', 'asset'],
  ['GET / HTTP/1.1', '301', 'status'],
  ['GET /a.png HTTP/1.1', '404', 'status'],
  ['GET / HTTP/1.1', '500', 'status'],
  ['POST / HTTP/1.1', '200', 'method'],
  ['HEAD / HTTP/1.1', '404', 'method'],
  ['get / HTTP/1.1', '200', 'method'],
  ['-', '408', 'method'],
])('%s answered with %s', (request, status, expected) => {
  expect(readPageview({ request, status } as LogLine)).toEqual(expected);
});

describe('pages with dots in their names', () => {
  const log = readFileSync(
    new URL('../../../test/fixtures/faults/log-dotted-pages.log', import.meta.url),
    'utf8',
  );
  const read = lineReader();
  const asked = log
    .trim()
    .split('\n')
    .map((text) => read(text)!);
  const assets = asked
    .filter((line) => readPageview(line) === 'asset')
    .map(({ request }) => request.split(' ')[1]);
  test('of the log, only static files are none', () => {
    expect(asked).toHaveLength(34);
    expect(assets).toEqual([
      '/feed.xml',
      '/robots.txt',
      '/a.css',
      '/photo.JPG',
      '/dl.pdf',
      '/app.webmanifest',
      '/.well-known',
      '/x.json',
    ]);
  });
  test.each([
    ['/js/app.js', 'asset'],
    ['/assets/index-B2x.mjs', 'asset'],
    ['/fonts/a.woff2', 'asset'],
    ['/wiki/File:Photo.jpg', 'page'],
    ['/wiki/static/a.js', 'asset'],
    ['/v1.2', 'page'],
  ])('%s: %s', (path, expected) => {
    const line = { request: `GET ${path} HTTP/1.1`, status: '200' } as LogLine;
    expect(readPageview(line)).toEqual(expected === 'asset' ? 'asset' : { target: path });
  });
});
