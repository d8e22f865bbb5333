import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { descriptorOf, whyNotSucceeded } from './successor.ts';

test.each([
  ['by hand', {}, { pid: 7, platform: 'linux' }, undefined],
  [
    "as a shell's child under systemd",
    { SYSTEMD_EXEC_PID: '5' },
    { pid: 7, platform: 'linux' },
    undefined,
  ],
  ['by systemd', { SYSTEMD_EXEC_PID: '7' }, { pid: 7, platform: 'linux' }, /systemctl restart/],
  ['as the first of a container', {}, { pid: 1, platform: 'linux' }, /container/],
  ['on Windows', {}, { pid: 7, platform: 'win32' }, /Windows/],
] as const)('started %s', (_, env, self, why) => {
  const found = whyNotSucceeded(env, self);
  if (why === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(why);
});

test('a socket that listens has a descriptor, another has none', async () => {
  const server = createServer();
  expect(descriptorOf(server)).toBeUndefined();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  expect(descriptorOf(server)).toBeGreaterThan(2);
  await new Promise((resolve) => server.close(resolve));
  expect(descriptorOf(server)).toBeUndefined();
});
