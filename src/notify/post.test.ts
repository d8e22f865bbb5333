import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { addressProblem, openPost } from './post.ts';
import { isPrivate } from './private-addresses.ts';

let server: Server | undefined;
let asked: { readonly host: string | undefined; readonly body: string }[] = [];

async function serve(status: number, headers: Record<string, string> = {}): Promise<number> {
  asked = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += String(chunk)));
    request.on('end', () => {
      asked.push({ host: request.headers.host, body });
      response.writeHead(status, headers).end('x'.repeat(200_000));
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

test.each([
  ['http://example.com/', 'https'],
  ['ftp://example.com/', 'https'],
  ['file:///etc/passwd', 'https'],
  ['https://user:pass@example.com/', 'user and password'],
  ['https://127.0.0.1/', 'public address'],
  ['https://2130706433/', 'public address'],
  ['https://0x7f.1/', 'public address'],
  ['https://017700000001/', 'public address'],
  ['https://127.1/', 'public address'],
  ['https://0/', 'public address'],
  ['https://169.254.169.254/latest/meta-data/', 'public address'],
  ['https://10.1.2.3/', 'public address'],
  ['https://192.168.0.1:8443/', 'public address'],
  ['https://[::1]/', 'public address'],
  ['https://[::]/', 'public address'],
  ['https://[::ffff:127.0.0.1]/', 'public address'],
  ['https://[::ffff:a9fe:a9fe]/', 'public address'],
  ['https://[::127.0.0.1]/', 'public address'],
  ['https://[64:ff9b::a9fe:a9fe]/', 'public address'],
  ['https://[fd00:ec2::254]/', 'public address'],
  ['https://[fe80::1]/', 'public address'],
  ['https://[2002:7f00:1::]/', 'public address'],
  ['not an address', 'such as'],
])('%s is refused', (url, expected) => expect(addressProblem(url, false)).toContain(expected));

test.each([
  'https://example.com/hook?a=b',
  'https://hooks.slack.com:443/services/x',
  'https://93.184.216.34/',
  'https://[2606:2800:220:1::1]/',
])('%s may be asked', (url) => expect(addressProblem(url, false)).toBeUndefined());

test.each(['169.254.169.254', '::ffff:10.0.0.1', '::ffff:a00:1', '100.64.0.1', '0.0.0.0'])(
  '%s is private',
  (ip) => expect(isPrivate(ip)).toBe(true),
);

test('a name of which one address is private is refused, and nothing is sent', async () => {
  await serve(200);
  const post = openPost({ resolve: async () => ['93.184.216.34', '127.0.0.1'] });
  const posting = { method: 'POST', url: 'https://rebound.test/', body: '{}' } as const;
  await expect(post(posting)).rejects.toThrow(/expected a public address; rebound.test is not/);
  expect(asked).toEqual([]);
});

test('what is no address is none', async () => {
  const post = openPost({ resolve: async () => ['fe80::1%eth0', 'localhost'] });
  const posting = { method: 'POST', url: 'https://odd.test/', body: '{}' } as const;
  await expect(post(posting)).rejects.toThrow(/expected a public address/);
});

test('a name is asked for once: what it means a moment later is of no use', async () => {
  const port = await serve(204);
  let times = 0;
  // The second answer would be another machine.
  const resolve = async () => (times++ === 0 ? ['127.0.0.1'] : ['192.0.2.1']);
  const post = openPost({ resolve, allowsPrivate: true });
  await post({ method: 'POST', url: `http://hook.test:${port}/a?b`, body: '{"a":1}' });
  expect(times).toBe(1);
  expect(asked).toEqual([{ host: `hook.test:${port}`, body: '{"a":1}' }]);
});

test.each([
  [302, 'bad-input', 'redirects are not followed'],
  [404, 'bad-input', 'answered 404'],
  [429, 'unavailable', 'answered 429'],
  [500, 'unavailable', 'answered 500'],
])('an answer %d is %s', async (status, fault, words) => {
  const port = await serve(status, { Location: `http://127.0.0.1:${1}/` });
  const post = openPost({ resolve: async () => ['127.0.0.1'], allowsPrivate: true });
  const posting = { method: 'POST', url: `http://hook.test:${port}/`, body: '{}' } as const;
  await expect(post(posting)).rejects.toMatchObject({
    fault,
    message: expect.stringContaining(words),
  });
  expect(asked.length).toBe(1);
});

test('a name without an address may have one later', async () => {
  const resolve = async () => Promise.reject(new Error('ENOTFOUND'));
  const posting = { method: 'POST', url: 'https://gone.test/', body: '{}' } as const;
  await expect(openPost({ resolve })(posting)).rejects.toMatchObject({ fault: 'unavailable' });
});
