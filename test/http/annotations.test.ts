import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxAnnotations } from '../../src/account/annotations.ts';
import { longHomes, openRealApp, type RealApp } from '../support/real-app.ts';

describe.each(longHomes)('on the home %s', (homeName) => {
  let app: RealApp;
  beforeAll(async () => {
    app = await openRealApp({}, homeName);
    const site = { domain: 'notes.test', open: true, timezone: 'Asia/Tokyo' };
    await app.post('/api/v1/sites', site, { key: app.key });
  });
  afterAll(() => app.close());

  const path = '/api/v1/sites/notes.test/annotations';
  const owner = (method = 'POST') => ({ key: app.key, method });
  const add = async (date: unknown, text: unknown = 'T') =>
    (await app.post(path, { date, text }, owner())).json();
  const list = async (query = '') => (await (await app.get(`${path}${query}`)).json()).annotations;

  test('in the order of time, and of a moment the day is that of the site', async () => {
    const later = await add('2026-11-11', 'Newsletter');
    // In Tokyo it is the 11th already.
    const moment = await add('2026-11-10T16:30:00+01:00', 'Launch');
    const day = await add('2026-11-10', 'Outage');
    expect(day).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}$/),
      date: '2026-11-10',
      text: 'Outage',
    });
    expect(moment).toMatchObject({ date: '2026-11-10T15:30:00.000Z' });
    expect(await list()).toEqual([day, later, moment]);
    expect(await list('?from=2026-11-11')).toEqual([later, moment]);
    expect(await list('?to=2026-11-10')).toEqual([day]);
    expect(await list('?from=2026-11-12&to=2026-11-13')).toEqual([]);
    expect((await app.get(`${path}?from=x`)).status).toBe(400);
    const changed = await app.post(`${path}/${moment.id}`, { date: '2026-11-09' }, owner('PUT'));
    expect(await changed.json()).toEqual({ ...moment, date: '2026-11-09' });
    expect((await app.get(`${path}/${later.id}`, owner('DELETE'))).status).toBe(200);
    expect(await list()).toEqual([{ ...moment, date: '2026-11-09' }, day]);
    for (const id of [later.id, 'none', 'x'.repeat(2_000)])
      for (const method of ['PUT', 'DELETE'])
        expect((await app.post(`${path}/${id}`, { text: 'T' }, owner(method))).status).toBe(404);
  });

  test.each<[string, unknown, unknown, string]>([
    ['no date', undefined, 'T', 'date'],
    ['no such day', '2026-02-29', 'T', 'date'],
    ['no offset', '2026-11-10T09:30:00', 'T', 'date'],
    ['no year of ours', '+200000-01-01T00:00:00Z', 'T', 'date'],
    ['no text', '2026-11-10', '', 'text'],
    ['a long text', '2026-11-10', 'x'.repeat(201), 'text'],
    ['two lines', '2026-11-10', 'a\nb', 'text'],
  ])('refused: %s', async (_, date, text, field) => {
    expect(await add(date, text)).toMatchObject({
      field,
      error: expect.stringContaining('expected'),
    });
  });

  // A thousand requests, which the stand-in of AWS would take long for.
  if (homeName === 'machine') {
    test('no more than a site may have', async () => {
      const note = () => add('2026-11-10');
      for (let i = 0; i < maxAnnotations; i += 100)
        await Promise.all(Array.from({ length: 100 }, note));
      expect((await note()).error).toBe('expected at most 1000 annotations');
    });
  }
});
