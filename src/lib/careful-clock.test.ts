import { describe, expect, test } from 'vitest';
import { type KnownClock, openCarefulClock } from './careful-clock.ts';
import { dayMs, hourMs, minuteMs } from './clock.ts';

const startMs = Date.parse('2026-11-20T12:00:00Z');
const earliestMs = Date.parse('2026-11-01T00:00:00Z');

/** A machine: real time goes on, and its clock may be wrong by `offMs`. */
function openMachine({ upMs = 10 * dayMs, offMs = 0 } = {}) {
  let passedMs = 0;
  const machine = {
    offMs,
    realMs: () => startMs + passedMs,
    clock: () => startMs + passedMs + machine.offMs,
    uptimeMs: () => upMs + passedMs,
    pass(ms: number) {
      passedMs += ms;
    },
  };
  return machine;
}

const text = (ms: number) => new Date(ms).toISOString();

describe('a clock that is set while we run', () => {
  const jumps = [dayMs, 3 * dayMs, 100 * dayMs].map((ms) => [ms / dayMs, ms] as const);

  test.each(jumps)(
    '%s days ahead for three minutes: nobody follows, and all is as before',
    (_, jump) => {
      const machine = openMachine();
      const careful = openCarefulClock({ ...machine, earliestMs });
      expect(careful.now()).toBe(machine.realMs());
      machine.offMs = jump;
      for (let minute = 0; minute < 3; minute++) {
        machine.pass(minuteMs);
        expect(text(careful.now())).toBe(text(machine.realMs()));
        expect(careful.problem()).toContain('nothing is closed, pruned or destroyed');
      }
      machine.offMs = 0;
      expect(careful.problem()).toBeUndefined();
      expect(text(careful.now())).toBe(text(machine.realMs()));
    },
  );

  test.each([
    ['one day', dayMs, hourMs],
    ['100 days', 100 * dayMs, dayMs],
  ])('%s ahead for good: believed when it has held long enough, not before', (_, jump, holdsMs) => {
    const machine = openMachine();
    const careful = openCarefulClock({ ...machine, earliestMs });
    careful.now();
    machine.offMs = jump;
    careful.now();
    machine.pass(holdsMs - minuteMs);
    expect(text(careful.now())).toBe(text(machine.realMs()));
    machine.pass(minuteMs);
    expect(text(careful.now())).toBe(text(machine.clock()));
    expect(careful.problem()).toBeUndefined();
  });

  test('one that jumps again waits from the beginning', () => {
    const machine = openMachine();
    const careful = openCarefulClock({ ...machine, earliestMs });
    careful.now();
    for (let jump = 1; jump <= 5; jump++) {
      machine.offMs = jump * dayMs;
      careful.now();
      machine.pass(50 * minuteMs);
      expect(text(careful.now())).toBe(text(machine.realMs()));
    }
  });

  test('set back it is followed at once, and said for an hour', () => {
    const machine = openMachine();
    const careful = openCarefulClock({ ...machine, earliestMs });
    careful.now();
    machine.offMs = -2 * dayMs;
    expect(text(careful.now())).toBe(text(machine.clock()));
    expect(careful.problem()).toContain('2 days behind what was expected');
    machine.pass(hourMs);
    expect(careful.problem()).toBeUndefined();
  });

  test('one that drifts is followed', () => {
    const machine = openMachine();
    const careful = openCarefulClock({ ...machine, earliestMs });
    for (let minute = 0; minute < 1_000; minute++) {
      machine.pass(minuteMs);
      machine.offMs += 100;
      expect(careful.now()).toBe(machine.clock());
    }
  });
});

describe('at a start', () => {
  /** What a process on a right clock leaves behind, at `startMs`. */
  const runBefore = (upMs: number): KnownClock => ({ atMs: startMs, startedMs: startMs - upMs });
  const open = (machine: ReturnType<typeof openMachine>, known?: KnownClock) =>
    openCarefulClock({ ...machine, earliestMs, known });

  test('a new home believes its clock', () => {
    const machine = openMachine();
    expect(open(machine).now()).toBe(machine.clock());
  });

  test('a machine that was off for half an hour is believed', () => {
    const machine = openMachine({ upMs: minuteMs });
    machine.pass(30 * minuteMs);
    expect(open(machine, runBefore(10 * dayMs)).now()).toBe(machine.clock());
  });

  test('after a restart of the process alone, however much later', () => {
    const machine = openMachine();
    machine.pass(40 * dayMs);
    expect(open(machine, runBefore(10 * dayMs)).now()).toBe(machine.clock());
  });

  test.each([1, 3, 100])('%s days ahead of the last run: the time goes on from there', (days) => {
    const machine = openMachine({ upMs: 0, offMs: days * dayMs });
    const careful = open(machine, runBefore(10 * dayMs));
    machine.pass(3 * minuteMs);
    expect(text(careful.now())).toBe(text(startMs));
    machine.pass(3 * minuteMs);
    expect(text(careful.now())).toBe(text(startMs + 3 * minuteMs));
  });

  test('set forward between two runs without a restart of the machine', () => {
    const machine = openMachine({ offMs: 30 * minuteMs });
    const careful = open(machine, runBefore(10 * dayMs));
    expect(text(careful.now())).toBe(text(machine.realMs()));
  });

  test('a new clock has held over restarts of the process', () => {
    const machine = openMachine();
    let careful = open(machine);
    careful.now();
    machine.offMs = 10 * dayMs;
    for (let start = 0; start < 48; start++) {
      expect(text(careful.now())).toBe(text(machine.realMs()));
      machine.pass(hourMs / 2);
      careful.now();
      careful = open(machine, careful.known());
    }
    expect(text(careful.now())).toBe(text(machine.clock()));
  });

  test('in 1970 there is no clock, and nothing to be kept; set right, it is believed', () => {
    const machine = openMachine({ offMs: -startMs });
    const careful = open(machine);
    expect(careful.isSet()).toBe(false);
    expect(careful.problem()).toContain('1970-01-01T00:00:00.000Z, which is before this release');
    expect(careful.known()).toBeUndefined();
    machine.offMs = 0;
    expect(careful.isSet()).toBe(true);
    expect(careful.problem()).toBeUndefined();
    expect(careful.now()).toBe(machine.clock());
  });

  test('in 1970 after a run: the last time stays known, and goes on when it is right', () => {
    const machine = openMachine({ upMs: 0, offMs: -startMs });
    const careful = open(machine, runBefore(10 * dayMs));
    careful.now();
    machine.pass(5 * minuteMs);
    expect(careful.now()).toBe(machine.clock());
    machine.offMs = 0;
    machine.pass(minuteMs);
    expect(text(careful.now())).toBe(text(machine.realMs()));
  });
});
