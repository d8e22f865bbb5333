import { expect, test } from 'vitest';
import { usualThresholds } from '../../src/notify/subscription.ts';
import { limitNames, limits, limitsFor } from './alert-limits.ts';

test('what is usual is what the server takes where nothing is said', () => {
  const { silentHours: silent_hours, quietHours: quiet_hours, ...others } = usualThresholds;
  const usual = Object.fromEntries(limitNames.map((name) => [name, limits[name].usual]));
  expect(usual).toEqual({ ...others, silent_hours, quiet_hours });
});

test('only what is not usual is sent, and of chosen alerts alone', () => {
  expect(limitsFor(['weekly', 'spike'], { times: 5, percent: 40, least: 30 })).toEqual({
    times: 5,
  });
  expect(limitsFor(['weekly'], { times: 5, quiet_hours: 2 })).toEqual({});
  expect(limitsFor(['silence'], { silent_hours: 3 })).toEqual({ silent_hours: 3 });
});
