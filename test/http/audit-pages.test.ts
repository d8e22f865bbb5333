import { expect, test } from 'vitest';
import { openRealApp } from '../support/real-app.ts';

test('what was done is read a page at a time', async () => {
  const app = await openRealApp();
  try {
    const read = async (query: string) =>
      (await app.get(`/api/v1/audit${query}`, { key: app.key })).json();
    for (const domain of ['a.test', 'b.test', 'c.test'])
      await app.post('/api/v1/sites', { domain }, { key: app.key });
    const whole = await read('');
    expect(whole.next).toBeUndefined();
    const entries: unknown[] = [];
    let [page, pages] = [await read('?limit=1'), 1];
    for (; ; pages++) {
      entries.push(...page.entries);
      if (page.next === undefined) break;
      page = await read(`?limit=1&before=${page.next}`);
    }
    expect([entries, pages]).toEqual([whole.entries, 3]);
    expect(await read('?before=yesterday')).toMatchObject({ field: 'before' });
    expect(await read('?site=a.test')).toEqual({ entries: [] });
  } finally {
    await app.close();
  }
});
