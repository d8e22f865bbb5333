import { describe, expect, test } from 'vitest';
import { lineReader, unescapeLog } from './line.ts';

const combined = (
  more: { time?: string; request?: string; tail?: string; client?: string; user?: string } = {},
) =>
  `${more.client ?? '192.0.2.1'} - ${more.user ?? '-'} ` +
  `[${more.time ?? '17/May/2015:10:05:03 +0000'}] ` +
  `"${more.request ?? 'GET /a HTTP/1.1'}" 200 5${more.tail ?? ' "https://a.test/" "Agent 1.0"'}`;

describe('a log line', () => {
  test('in the combined format', () => {
    expect(lineReader()(combined())).toEqual({
      client: '192.0.2.1',
      timeText: '17/May/2015:10:05:03 +0000',
      timeMs: Date.parse('2015-05-17T10:05:03Z'),
      request: 'GET /a HTTP/1.1',
      status: '200',
      bytes: '5',
      referrer: 'https://a.test/',
      userAgent: 'Agent 1.0',
    });
  });

  test.each<[string, string, Record<string, unknown>]>([
    ['the common format', combined({ tail: '' }), { referrer: '', userAgent: '' }],
    ['no bytes sent', combined().replace(' 5 ', ' - '), { bytes: '-' }],
    ['IPv6', combined({ client: '2001:db8::1' }), { client: '2001:db8::1' }],
    ['a user of two words', combined({ user: 'Ada L' }), { userAgent: 'Agent 1.0' }],
    [
      'a quote in the agent',
      combined({ tail: ' "-" "a \\"b\\" c"' }),
      { userAgent: 'a \\"b\\" c' },
    ],
    ['a backslash at the end', combined({ tail: ' "-" "a\\\\"' }), { userAgent: 'a\\\\' }],
    ['further fields', combined({ tail: ' "-" "a" "198.51.100.1" 0.002' }), { userAgent: 'a' }],
    ['an empty request', combined({ request: '-' }), { request: '-' }],
    ['no text at all', combined({ request: '\\x16\\x03\\x01' }), { request: '\\x16\\x03\\x01' }],
  ])('%s', (_, line, expected) => expect(lineReader()(line)).toMatchObject(expected));

  test.each<[string, string]>([
    ['17/May/2015:10:05:03 +0200', '2015-05-17T08:05:03Z'],
    ['17/May/2015:10:05:03 -0330', '2015-05-17T13:35:03Z'],
    ['29/Feb/2024:23:59:59 +0000', '2024-02-29T23:59:59Z'],
    ['30/Jun/2015:23:59:60 +0000', '2015-07-01T00:00:00Z'],
    ['01/Jan/2025:00:30:00 +0100', '2024-12-31T23:30:00Z'],
  ])('of %s', (time, iso) =>
    expect(lineReader()(combined({ time }))?.timeMs).toBe(Date.parse(iso)),
  );

  test('is read the same after any other', () => {
    const read = lineReader();
    const times = [
      '17/May/2015:10:05:03 +0000',
      '17/May/2015:10:05:03 +0100',
      '17/May/2015:10:05:09 +0100',
      '17/May/2015:10:06:03 +0000',
    ];
    expect(times.map((time) => read(combined({ time }))?.timeMs)).toEqual(
      ['10:05:03', '09:05:03', '09:05:09', '10:06:03'].map((time) =>
        Date.parse(`2015-05-17T${time}Z`),
      ),
    );
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['words', 'Sep 12 host sshd[3]: hello'],
    ['JSON', '{"remote_addr":"192.0.2.1","request":"GET / HTTP/1.1"}'],
    ['cut in its agent', combined().slice(0, -1)],
    ['cut in its referrer', combined().slice(0, -16)],
    ['cut in its request', combined().slice(0, 60)],
    ['a day that is none', combined({ time: '31/Feb/2015:10:05:03 +0000' })],
    ['a month that is none', combined({ time: '17/Mai/2015:10:05:03 +0000' })],
    ['an hour that is none', combined({ time: '17/May/2015:24:05:03 +0000' })],
    ['a second that is none', combined({ time: '17/May/2015:10:05:73 +0000' })],
    ['no zone', combined({ time: '17/May/2015:10:05:03' })],
    ['a status that is none', combined().replace(' 200 ', ' 2000 ')],
    ['zeros', '\0'.repeat(500)],
  ])('is not: %s', (_, line) => expect(lineReader()(line)).toBeUndefined());

  test('takes time in proportion to its length where it is none', () => {
    const read = lineReader();
    // Of this process, whatever else the machine does. In proportion it is a tenth of a second;
    // with the square of the length it would be minutes.
    const start = process.cpuUsage();
    for (const unit of ['[', '"', '\\', ' ', 'a ', '\\"', '"a" '])
      read(`${combined().slice(0, 60)}${unit.repeat(60_000)}`);
    expect(process.cpuUsage(start).user).toBeLessThan(10_000_000);
  });
});

test.each<[string, string]>([
  ['/a', '/a'],
  ['/a\\"b', '/a%22b'],
  ['/a\\\\b', '/a%5Cb'],
  ['/\\xe4\\xC3', '/%E4%C3'],
  ['/a\\', '/a\\'],
])('%s unescaped', (written, text) => expect(unescapeLog(written)).toBe(text));

describe('what stands before the client', () => {
  const rest = '[17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 5 "-" "Agent 1.0"';
  const read = (start: string) => {
    const line = lineReader()(`${start} - - ${rest}`);
    return line && { client: line.client, host: line.host };
  };
  test.each<[string, string, { client: string; host?: string }]>([
    [
      'a virtual host with its port',
      'www.A.test:443 8.8.8.8',
      { client: '8.8.8.8', host: 'www.a.test' },
    ],
    ['a virtual host without', 'a.test 2001:db8::1', { client: '2001:db8::1', host: 'a.test' }],
    [
      'an address as virtual host',
      '192.0.2.1:80 8.8.8.8',
      { client: '8.8.8.8', host: '192.0.2.1' },
    ],
    ['a list of forwarded addresses', '8.8.8.8, 10.0.0.1', { client: '8.8.8.8' }],
    ['one without blanks', '8.8.8.8,10.0.0.1,10.0.0.2', { client: '8.8.8.8' }],
    ['one that begins with no address', 'unknown, 8.8.8.8', { client: '8.8.8.8' }],
    ['a host and a list', 'a.test:80 8.8.8.8, 10.0.0.1', { client: '8.8.8.8', host: 'a.test' }],
    ['a proxy and its client', '10.0.0.1 [8.8.8.8]', { client: '8.8.8.8' }],
    ['syslog', 'Nov 25 10:00:01 web1 nginx: 8.8.8.8', { client: '8.8.8.8' }],
    ['its priority', '<190>Nov  5 10:00:02 web1 nginx[12]: 8.8.8.8', { client: '8.8.8.8' }],
    ['ISO time', '2026-11-25T10:00:00+01:00 web1 httpd: 8.8.8.8', { client: '8.8.8.8' }],
    ['RFC 5424', '<190>1 2026-11-25T10:00:00Z web1 nginx 12 - - 8.8.8.8', { client: '8.8.8.8' }],
    ['a byte order mark', '\ufeff8.8.8.8', { client: '8.8.8.8' }],
    ['NULs', '\0\0\0' + '8.8.8.8', { client: '8.8.8.8' }],
    ['a client by its name', 'dsl-17.provider.test', { client: 'dsl-17.provider.test' }],
  ])('%s', (_, start, expected) => expect(read(start)).toEqual({ host: undefined, ...expected }));
  test.each([
    ['a date of no known form', 'Nov 25, 2026 8.8.8.8'],
    ['some words', 'info web1 8.8.8.8'],
    ['two addresses, of which neither is named', '192.0.2.1 8.8.8.8'],
    ['brackets without an address', '10.0.0.1 [client]'],
  ])('%s: no line, rather than a client of that name', (_, start) =>
    expect(read(start)).toBeUndefined(),
  );
});
