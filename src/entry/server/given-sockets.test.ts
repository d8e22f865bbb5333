import { expect, test } from 'vitest';
import { givenSockets, isSuccessor } from './given-sockets.ts';

const self = { pid: 7, ppid: 5, connected: false };

test.each([
  ['no sockets', {}, {}, [], false],
  ['two of systemd', { LISTEN_PID: '7', LISTEN_FDS: '2' }, {}, [3, 4], false],
  ["another process's", { LISTEN_PID: '6', LISTEN_FDS: '2' }, {}, [], false],
  ['of the Daybook before', { LISTEN_PID: '5', LISTEN_FDS: '1' }, { connected: true }, [3], true],
  ["a shell's that started it", { LISTEN_PID: '5', LISTEN_FDS: '1' }, {}, [], false],
  ['a count that is none', { LISTEN_PID: '7', LISTEN_FDS: 'many' }, {}, [], false],
] as const)('%s', (_, env, more, sockets, succeeds) => {
  expect(givenSockets(env, { ...self, ...more })).toEqual(sockets);
  expect(isSuccessor(env, { ...self, ...more })).toBe(succeeds);
});
