import { describe, expect, test } from 'vitest';
import { openMemoryHome } from '../../test/support/memory-home.ts';
import { openSites } from './sites.ts';

/**
 * Two processes on a home where reading a setting is paid for: each keeps what it has read for 5 s.
 * `hold` lets the next request of one of them wait: `get stamp`, say.
 */
function openTwo() {
  const memory = openMemoryHome();
  const clock = { nowMs: 1_800_000_000_000, reads: 0 };
  let holding: { readonly at: string; readonly wait: () => Promise<void> } | undefined;
  let ids = 0;

  async function pass(at: string): Promise<void> {
    if (holding?.at !== at) return;
    const { wait } = holding;
    holding = undefined;
    await wait();
  }

  function open(name: string) {
    const { rows } = memory;
    const held = {
      ...rows,
      async get(partition: string, sort: string) {
        clock.reads++;
        const value = await rows.get(partition, sort);
        await pass(`${name} get ${partition}`);
        return value;
      },
      async append(added: Parameters<typeof rows.append>[0]) {
        await pass(`${name} append ${added[0]!.partition}`);
        await rows.append(added);
      },
    };
    return openSites(
      { rows: held, settingsMaxAgeMs: 5_000 },
      () => clock.nowMs,
      () => `id${++ids}`,
    );
  }

  function hold(name: 'here' | 'elsewhere', request: string) {
    const [reached, released] = [gate(), gate()];
    const wait = () => {
      reached.open();
      return released.opened;
    };
    holding = { at: `${name} ${request}`, wait };
    return { reached: reached.opened, release: released.open };
  }

  return { here: open('here'), elsewhere: open('elsewhere'), memory, clock, hold };
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

test('a site added elsewhere is found at once, a changed setting within five seconds', async () => {
  const { here, elsewhere, clock } = openTwo();
  expect(await here.find('new.test')).toBeUndefined();
  await elsewhere.add('new.test');
  expect(await here.find('new.test')).toMatchObject({ domain: 'new.test', open: false });
  expect(await here.findDefault()).toMatchObject({ domain: 'new.test' });
  await elsewhere.set('new.test', { open: true });
  clock.nowMs += 4_999;
  expect(await here.find('new.test')).toMatchObject({ open: false });
  clock.nowMs += 1;
  expect(await here.find('new.test')).toMatchObject({ open: true });
});

test('a site added while a read is under way is found by who asks after it', async () => {
  const { here, elsewhere, hold } = openTwo();
  await elsewhere.add('old.test');
  const held = hold('here', 'get stamp');
  const early = here.find('new.test');
  await held.reached;
  await elsewhere.add('new.test');
  const asked = here.find('new.test');
  held.release();
  expect(await asked).toMatchObject({ domain: 'new.test' });
  await early;
});

describe('of two that add a site at once', () => {
  test.each([
    ['the first one', false],
    ['one more, where there are others already', true],
  ])('the second finds it at once: %s', async (_, hasOthers) => {
    const { here, elsewhere, hold } = openTwo();
    if (hasOthers) await elsewhere.add('old.test');
    expect(await here.find('new.test')).toBeUndefined();
    // The first has claimed the domain, and not yet told anybody.
    const held = hold('elsewhere', 'append stamp');
    const added = elsewhere.add('new.test', { open: true });
    await held.reached;
    await expect(here.add('new.test')).rejects.toMatchObject({ fault: 'conflict' });
    expect(await here.find('new.test')).toMatchObject({ domain: 'new.test', open: true });
    held.release();
    await added;
  });

  test('the second leaves nothing behind', async () => {
    const { here, elsewhere, memory } = openTwo();
    await elsewhere.add('new.test');
    await expect(here.add('new.test')).rejects.toMatchObject({ fault: 'conflict' });
    expect(await memory.rows.scan('sites')).toHaveLength(1);
  });
});

test('a change whose writer was ended before it noted it counts within a minute', async () => {
  const { here, elsewhere, clock, hold } = openTwo();
  await here.add('old.test');
  expect(await here.find('new.test')).toBeUndefined();
  const held = hold('elsewhere', 'append stamp');
  const added = elsewhere.add('new.test');
  await held.reached;
  clock.nowMs += 60_000;
  expect(await here.find('new.test')).toMatchObject({ domain: 'new.test' });
  held.release();
  await added;
});

test('what is changed here counts here at once', async () => {
  const { here } = openTwo();
  await here.add('own.test');
  await here.set('own.test', { open: true });
  expect(await here.find('own.test')).toMatchObject({ open: true });
  await here.remove('own.test');
  expect(await here.find('own.test')).toBeUndefined();
});

test('hits of unknown sites that come together share a read; of known sites, all in five seconds', async () => {
  const { here, clock } = openTwo();
  await here.add('there.test');
  await here.find('there.test');
  clock.reads = 0;
  for (let ms = 0; ms < 10_000; ms += 100) {
    clock.nowMs += 100;
    await Promise.all(Array.from({ length: 10 }, () => here.find('nowhere.test')));
  }
  // Each ten share one: but the first of them, where it is its turn to read anyway.
  expect(clock.reads).toBeLessThanOrEqual(102);
  clock.reads = 0;
  for (let ms = 0; ms < 10_000; ms += 100) {
    clock.nowMs += 100;
    await Promise.all(Array.from({ length: 10 }, () => here.find('there.test')));
  }
  expect(clock.reads).toBe(2);
});

test('a site becomes the default one while the one before is removed', async () => {
  const { here, elsewhere, hold } = openTwo();
  await here.add('before.test', { default: true });
  const held = hold('here', 'get sites');
  const adding = here.add('after.test', { default: true });
  await held.reached;
  await elsewhere.remove('before.test');
  held.release();
  expect(await adding).toMatchObject({ domain: 'after.test', default: true });
});
