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
  // What that function answers besides: that it works, and what only who reads salts can.
  const others = ['GET /health/ready', 'POST /api/v1/visitors'];
  expect(listed.filter((name) => !others.includes(name))).toEqual(collectRoutes.map(nameOf));
});
