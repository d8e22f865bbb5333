import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { auditMonths, openAuditLog } from './audit-log.ts';

test('the newest first, of a site if one is named, for two years', async () => {
  const home = openMemoryHome();
  let nowMs = Date.parse('2026-10-30T00:00:00Z');
  const log = openAuditLog(home, { clock: () => nowMs, random: randomBytes });
  const site = { id: 'one', domain: 'one.test' };
  for (const what of ['a', 'b', 'c', 'd']) {
    await log.write({ what, by: { kind: 'owner-key' }, ...(what === 'b' && { site }) });
    nowMs += 2 * 86_400_000;
  }
  const read = async (asked?: Parameters<typeof log.read>[0]) =>
    (await log.read(asked)).entries.map(({ what }) => what).join('');
  expect(await read()).toBe('dcba');
  expect(await read({ limit: 3 })).toBe('dcb');
  expect(await read({ isWanted: (entry) => entry.site?.id === 'one' })).toBe('b');
  const later = new Date(Date.parse('2026-11-15'));
  later.setUTCMonth(later.getUTCMonth() + auditMonths);
  await log.sweep(later.getTime());
  expect(await read()).toBe('dcb');
});

test('older ones are read a page at a time, across months, none twice', async () => {
  let nowMs = Date.parse('2026-10-30T00:00:00Z');
  const clock = () => nowMs;
  const log = openAuditLog(openMemoryHome(), { clock, random: randomBytes });
  for (const what of 'abcdefg') {
    await log.write({ what, by: { kind: 'owner-key' } });
    // Two at the same moment.
    if (what !== 'c') nowMs += 86_400_000;
  }
  const pages: string[] = [];
  let before: string | undefined;
  do {
    const page = await log.read({ limit: 2, ...(before !== undefined && { before }) });
    pages.push(page.entries.map(({ what }) => what).join(''));
    before = page.next;
  } while (before !== undefined);
  expect(pages.map(({ length }) => length)).toEqual([2, 2, 2, 1]);
  expect([...pages.join('')].sort().join('')).toBe('abcdefg');
  expect(pages[0]).toBe('gf');
});
