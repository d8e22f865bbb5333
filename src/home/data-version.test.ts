import { expect, test } from 'vitest';
import { presentSchema } from '../model/fields.ts';
import { dataVersion, refuseNewer, versionIn } from './data-version.ts';

test('with a new field the version rises: an older Daybook would drop its values', () => {
  expect(dataVersion).toBeGreaterThanOrEqual(presentSchema);
});

test('only a newer version is refused', () => {
  refuseNewer(1, 'it', 'stop');
  refuseNewer(dataVersion, 'it', 'stop');
  expect(() => refuseNewer(dataVersion + 1, 'it', 'stop')).toThrow(
    /it is of version \d+; this Daybook reads version \d+: run a newer Daybook, or stop/,
  );
});

test.each([
  ['{"version":1}', 1],
  ['{"version":0}', undefined],
  ['{"version":1.5}', undefined],
  ['{"version":"1"}', undefined],
  ['{}', undefined],
  ['null', undefined],
  ['{', undefined],
])('%s is of version %s', (text, version) => {
  expect(versionIn(text)).toBe(version);
});
