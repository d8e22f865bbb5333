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
    (await log.read(asked)).map(({ what }) => what).join('');
  expect(await read()).toBe('dcba');
  expect(await read({ limit: 3 })).toBe('dcb');
  expect(await read({ siteId: 'one' })).toBe('b');
  const later = new Date(Date.parse('2026-11-15'));
  later.setUTCMonth(later.getUTCMonth() + auditMonths);
  await log.sweep(later.getTime());
  expect(await read()).toBe('dcb');
});
