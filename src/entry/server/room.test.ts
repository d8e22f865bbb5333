import { expect, test } from 'vitest';
import { openRoom } from './room.ts';

const mib = 1024 ** 2;

const [report, closing, sql, backup] = [1, 2, 3, 4];

/** `ends`: the closing process and the backup's end after so many looks. */
function roomWith(
  mibs: {
    readonly server: number;
    readonly report?: number;
    readonly closing?: number;
    readonly sql?: number;
    readonly backup?: number;
  },
  ends = Number.POSITIVE_INFINITY,
  waitMs = 60_000,
) {
  const did: string[] = [];
  let looks = 0;
  const room = openRoom(
    512 * mib,
    {
      pids: () => ({
        ...(mibs.report !== undefined && { report }),
        ...(mibs.closing !== undefined && ++looks <= ends && { closing }),
        ...(mibs.sql !== undefined && !did.includes('answered') && { sql }),
        ...(mibs.backup !== undefined && ++looks <= ends && { backup }),
      }),
      endReports: async () => void did.push('ended'),
      sqlIdle: async () => void did.push('answered'),
    },
    {
      residentOf(pid) {
        const { server, ...of } = mibs;
        const own = {
          ...{ [report]: of.report, [closing]: of.closing },
          ...{ [sql]: of.sql, [backup]: of.backup },
        };
        const ownBytes = (pid === process.pid ? server : own[pid]!) * mib;
        return { ownBytes, mappedBytes: 10 * mib, mostBytes: ownBytes + 20 * mib };
      },
      ...{ waitMs, behindMs: waitMs },
    },
  );
  return { room, did };
}

test('a small report process stays while days are closed', async () => {
  const { room, did } = roomWith({ server: 90, report: 50 });
  await room.makeForClosing();
  expect(did).toEqual([]);
});

test('a large one is ended first, and the next question starts a small one', async () => {
  const { room, did } = roomWith({ server: 120, report: 260 });
  await room.makeForClosing();
  expect(did).toEqual(['ended']);
});

test('a server that is large by itself closes its days all the same', async () => {
  const { room, did } = roomWith({ server: 500 });
  await room.makeForClosing();
  expect(did).toEqual([]);
});

test('a report process starts beside a closing one that leaves room for it', async () => {
  const { room } = roomWith({ server: 80, closing: 230 });
  await room.waitForReports();
});

test('where it leaves none, the report process starts when days are closed', async () => {
  const { room } = roomWith({ server: 80, closing: 330 }, 2);
  await room.waitForReports();
  expect(room.use().processes.map(({ name }) => name)).toEqual(['server']);
});

test('it waits for that only so long: a question is to be answered', async () => {
  const { room } = roomWith({ server: 80, closing: 330 }, Number.POSITIVE_INFINITY, 1);
  await room.waitForReports();
  expect(room.use().processes.map(({ name }) => name)).toEqual(['server', 'closing']);
});

test.each([
  ['beside a small report process', { server: 90, report: 60 }, []],
  ['in place of a large one', { server: 120, report: 260 }, ['ended']],
  ['beside closing that leaves room', { server: 80, closing: 150 }, []],
])('a statement starts %s', async (_, mibs, expected) => {
  const { room, did } = roomWith(mibs);
  await room.makeForSql();
  expect(did).toEqual(expected);
});

test('where closing leaves it no room for long, a statement is refused', async () => {
  const { room } = roomWith({ server: 80, closing: 330 }, Number.POSITIVE_INFINITY, 1);
  await expect(room.makeForSql()).rejects.toMatchObject({
    ...{ fault: 'unavailable', message: expect.stringMatching(/days are being closed/) },
  });
});

test('closing waits for a statement that leaves it no room, and then ends reports', async () => {
  const { room, did } = roomWith({ server: 120, report: 260, sql: 100 });
  await room.makeForClosing();
  expect(did).toEqual(['answered', 'ended']);
});

test('the memory of each process is said, its own and the mapped files apart, and the limit', () => {
  const { room } = roomWith({ server: 80, report: 100 });
  expect(room.use()).toEqual({
    limitBytes: 512 * mib,
    processes: [
      {
        ...{ name: 'server', pid: process.pid, ownBytes: 80 * mib },
        ...{ mappedBytes: 10 * mib, mostBytes: 100 * mib },
      },
      {
        ...{ name: 'report', pid: report, ownBytes: 100 * mib },
        ...{ mappedBytes: 10 * mib, mostBytes: 120 * mib },
      },
    ],
  });
});

test('a backup counts, and waits for closing; then a large report process is ended for it', async () => {
  const { room, did } = roomWith({ server: 80, closing: 330 }, 2);
  await room.makeForBackup();
  expect(did).toEqual([]);
  expect(room.use().processes.map(({ name }) => name)).toEqual(['server']);
  const large = roomWith({ server: 80, report: 400 });
  await large.room.makeForBackup();
  expect(large.did).toEqual(['ended']);
});

test('closing and reports wait for a backup where both have no room, but not for ever', async () => {
  const ended = roomWith({ server: 300, backup: 100 }, 2);
  await ended.room.makeForClosing();
  expect(ended.room.use().processes.map(({ name }) => name)).toEqual(['server']);
  const { room } = roomWith({ server: 300, backup: 100 }, Number.POSITIVE_INFINITY, 1);
  await room.makeForClosing();
  await room.waitForReports();
  expect(room.use().processes.map(({ name }) => name)).toEqual(['server', 'backup']);
});

test('a small backup is made beside all others', async () => {
  const { room, did } = roomWith({ server: 80, report: 60, closing: 230 });
  await room.makeForBackup();
  expect(did).toEqual([]);
});
