import { describe, expect, test } from 'vitest';
import { giveBackFreed, memoryBytesOf, readMemory, residentOf, sharesOf } from './memory.ts';

const mib = 1024 ** 2;
const gib = 1024 ** 3;

test.each([
  // total, DuckDB of reports, of closing, heap of a child
  [256 * mib, 64, 128, 128],
  [512 * mib, 128, 192, 128],
  [2 * gib, 512, 768, 256],
  [16 * gib, 4_096, 768, 2_048],
  [64 * gib, 4_096, 768, 4_096],
])('of %d bytes each process gets its share', (total, report, closing, heap) => {
  const shares = sharesOf(total);
  expect(Math.floor(shares.reportBytes / mib)).toBe(report);
  expect(Math.floor(shares.closingBytes / mib)).toBe(closing);
  expect(shares.heapMib).toBe(heap);
});

test('a statement has as much as reports, and starts where its process has room', () => {
  for (const total of [256 * mib, gib, 32 * gib]) {
    const { sqlBytes, sqlNeedsBytes, sqlMostBytes } = sharesOf(total);
    expect(sqlBytes).toBe(Math.min(4 * gib, total / 4));
    expect(sqlNeedsBytes).toBeLessThan(total);
    // Its process is not killed for what DuckDB may have.
    expect(sqlMostBytes).toBeGreaterThan(sqlBytes + 100 * mib);
  }
});

test('DuckDB of reports and of closing leaves the server a quarter', () => {
  for (const total of [512 * mib, gib, 4 * gib, 32 * gib]) {
    const { reportBytes, closingBytes } = sharesOf(total);
    expect(reportBytes + closingBytes).toBeLessThanOrEqual((total * 3) / 4);
  }
});

describe('a size', () => {
  test.each([
    ['512m', 512 * mib],
    ['512M', 512 * mib],
    ['1.5g', 1.5 * gib],
    ['2GiB', 2 * gib],
    ['536870912', 512 * mib],
    ['262144k', 256 * mib],
  ])('%s is read', (text, bytes) => {
    expect(readMemory(text)).toBe(bytes);
  });

  test.each(['', 'much', '512', '255m', '-1g', '1t', '1g 2', '9999999999999999999g'])(
    '%s is refused',
    (text) => {
      expect(readMemory(text)).toBeUndefined();
    },
  );
});

test('the environment goes before the machine, of which a quarter is left to its file cache', () => {
  expect(memoryBytesOf({ DAYBOOK_MEMORY: '1g' }, 8 * gib)).toBe(gib);
  expect(memoryBytesOf({}, 8 * gib)).toBe(6 * gib);
  expect(memoryBytesOf({}, 128 * mib)).toBe(256 * mib);
  expect(() => memoryBytesOf({ DAYBOOK_MEMORY: 'lots' }, gib)).toThrow(/512m/);
});

test.runIf(process.platform === 'linux')('memory of its own and mapped files are apart', () => {
  const { ownBytes, mappedBytes, mostBytes } = residentOf(process.pid)!;
  expect(ownBytes).toBeGreaterThan(mib);
  expect(mappedBytes).toBeGreaterThan(mib);
  expect(mostBytes).toBeGreaterThan(ownBytes);
  expect(residentOf(2 ** 30)).toBeUndefined();
});

test('DuckDB gives back at once what it has freed, unless the environment says otherwise', () => {
  const name = 'DUCKDB_JE_MALLOC_CONF';
  const env: NodeJS.ProcessEnv = {};
  giveBackFreed(env);
  expect(env[name]).toMatch(/dirty_decay_ms:0/);
  const own = { [name]: 'dirty_decay_ms:5000' };
  giveBackFreed(own);
  expect(own).toEqual({ [name]: 'dirty_decay_ms:5000' });
});

test.each([256 * mib, 512 * mib, 2 * gib])(
  'of %d bytes a report process that needs no more than packs has room beside the server',
  (total) => {
    const { reportNeedsBytes, closingNeedsBytes } = sharesOf(total);
    expect(reportNeedsBytes).toBeLessThan(total * 0.6);
    expect(closingNeedsBytes).toBeLessThan(total);
  },
);
