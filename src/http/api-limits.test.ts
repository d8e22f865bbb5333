import { expect, test } from 'vitest';
import { openApiTurns } from './api-limits.ts';

const nobody = { rights: {} };
const key = { id: 'one', name: 'one', scope: 'read', createdMs: 0 } as const;

function asked(aMinute: number) {
  let nowMs = 0;
  const turns = openApiTurns(aMinute, () => nowMs);
  const often = (times: number, ...[asker, address]: Parameters<typeof turns.take>) => {
    let taken = 0;
    for (let i = 0; i < times; i++)
      try {
        turns.take(asker, address);
        taken++;
      } catch {}
    return taken;
  };
  return { turns, often, wait: (ms: number) => (nowMs += ms) };
}

test('an address, a key and a person each have turns of their own; the owner has no limit', () => {
  const { often } = asked(10);
  const [one, two] = [() => '192.0.2.1', () => '192.0.2.2'];
  expect(often(20, nobody, one)).toBe(10);
  expect(often(20, nobody, two)).toBe(10);
  expect(often(100, { rights: { all: 'viewer' }, key }, one)).toBe(50);
  expect(often(100, { rights: { all: 'owner' } }, one)).toBe(100);
});

test('turns come back evenly, and never more than a minute of them', () => {
  const { often, wait, turns } = asked(10);
  const address = () => '192.0.2.1';
  often(10, nobody, address);
  expect(() => turns.take(nobody, address)).toThrow(
    expect.objectContaining({ fault: 'too-many', retryAfterS: 6 }),
  );
  wait(12_000);
  expect(often(10, nobody, address)).toBe(2);
  wait(3_600_000);
  expect(often(20, nobody, address)).toBe(10);
});
