import { expect, test } from 'vitest';
import { readPages } from './all-pages.ts';

const answers = (...pages: readonly object[]) => {
  const asked: string[] = [];
  const fetch = async (path: string) => {
    asked.push(path);
    return Response.json(pages[asked.length - 1], {
      status: 'Items' in pages[asked.length - 1]! ? 200 : 401,
    });
  };
  return { asked, fetch };
};
const page = (...paths: string[]) => ({
  Items: paths.map((pagePath) => ({ pagePath })),
  Count: paths.length,
});

test('a single page is everything', async () => {
  const { asked, fetch } = answers(page('/', '/a'));
  expect(await readPages(fetch, null)).toEqual(page('/', '/a'));
  expect(asked).toEqual(['/analytics']);
});

test('continues where a page says that it was cut', async () => {
  const key = '2026-11-22/1763800000000/00000000000000aa';
  const { asked, fetch } = answers(
    { ...page('/'), LastEvaluatedKey: key },
    { ...page('/b'), LastEvaluatedKey: 'x' },
    page('/c'),
  );
  expect(await readPages(fetch, 'a&b.test')).toEqual(page('/', '/b', '/c'));
  expect(asked).toEqual([
    '/analytics?site=a%26b.test',
    `/analytics?site=a%26b.test&ExclusiveStartKey=${encodeURIComponent(key)}`,
    '/analytics?site=a%26b.test&ExclusiveStartKey=x',
  ]);
});

test('a refusal, midway too', async () => {
  expect(await readPages(answers({}).fetch, null)).toEqual({ status: 401 });
  expect(await readPages(answers({ ...page('/'), LastEvaluatedKey: 'x' }, {}).fetch, null)).toEqual(
    {
      status: 401,
    },
  );
});
