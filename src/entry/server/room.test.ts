import { expect, test } from 'vitest';
import { openRoom } from './room.ts';

const mib = 1024 ** 2;

function roomWith(serverMib: number, reportMib: number | undefined, isIdle = true) {
  const given: string[] = [];
  const reports = {
    pid: () => (reportMib === undefined ? undefined : 1),
    giveWay() {
      given.push(isIdle ? 'ended' : 'busy');
      return isIdle;
    },
  };
  const bytesOf = (pid: number) => (pid === 1 ? reportMib! : serverMib) * mib;
  return { room: openRoom(512 * mib, reports, bytesOf), given };
}

test('a small report process stays while days are closed', () => {
  const { room, given } = roomWith(90, 50);
  expect(room.makeForClosing()).toBe(true);
  expect(given).toEqual([]);
});

test('a large one ends if nobody waits for it, and closing waits if somebody does', () => {
  const idle = roomWith(120, 260);
  expect(idle.room.makeForClosing()).toBe(true);
  expect(idle.given).toEqual(['ended']);
  const busy = roomWith(120, 260, false);
  expect(busy.room.makeForClosing()).toBe(false);
  expect(busy.given).toEqual(['busy']);
});

test('a server that is large by itself closes its days all the same', () => {
  expect(roomWith(500, undefined).room.makeForClosing()).toBe(true);
  expect(openRoom(512 * mib, undefined, () => 500 * mib).makeForClosing()).toBe(true);
});
