import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { collectRoutes } from '../../../src/http/collect-routes.ts';
import { nameOf } from '../../http/access-table.ts';

/** The report function may not store hits: a collect route that goes there would lose them. */
test('on AWS every collect route goes to the collect function', () => {
  const text = readFileSync(new URL('../../../deploy/aws/lib/api.ts', import.meta.url), 'utf8');
  const [, table = ''] = /const collectRoutes[^=]*= \[\n([\s\S]*?)\n\];/.exec(text) ?? [];
  const listed = [...table.matchAll(/HttpMethod\.(\w+), '([^']+)'/g)].map(
    ([, method, path]) => `${method} ${path}`,
  );
  expect(listed.filter((name) => name !== 'GET /health/ready')).toEqual(collectRoutes.map(nameOf));
});
