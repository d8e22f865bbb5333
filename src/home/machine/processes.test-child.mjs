// The other process of `processes.test.ts`: node processes.test-child.mjs <built machine.js> <job>
// <folder>
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [built, job, folder] = process.argv.slice(2);
const { openMachine } = await import(pathToFileURL(built).href);
const say = (line) => process.stdout.write(`${line}\n`);

if (job === 'refused') {
  // Nothing is forbidden to root.
  if (process.getuid() === 0) process.setuid(65_534);
  const told = await openMachine(folder, () => 0).then(
    () => 'opened',
    (error) => `${error.name}: ${error.message}`,
  );
  say(told);
  process.exit(0);
}

const home = await openMachine(folder, () => 0);
const { rows } = home;
const number = (prefix, at) => prefix + String(at).padStart(5, '0');
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

const jobs = {
  /**
   * Appends for ever, 16 at a time, some of many rows; says each sort key once it is acknowledged.
   */
  async append() {
    let next = 0;
    const writer = async (size) => {
      for (;;) {
        const batch = Array.from({ length: size }, () => ({
          partition: 'p',
          sort: number('k', next++),
          value: JSON.stringify('x'.repeat(300)),
        }));
        await rows.append(batch);
        for (const { sort } of batch) say(sort);
      }
    };
    await Promise.all([...Array.from({ length: 15 }, () => writer(1)), writer(20)]);
  },

  async save() {
    await home.files.save('never/whole', async (path) => {
      writeFileSync(path, 'half');
      say('ready');
      await new Promise(() => setInterval(() => {}, 1_000));
    });
  },

  /** Exits while all kinds of writes are under way. */
  async exit() {
    const forEver = async (write) => {
      for (let at = 0; ; at++) await write(at);
    };
    for (let at = 0; at < 8; at++) {
      void forEver((n) => rows.append([{ partition: 'p', sort: `${at}-${n}`, value: '1' }]));
      void forEver((n) =>
        rows.putIf({ partition: 'q', sort: `${at}-${n}`, value: '1' }, undefined),
      );
      void forEver((n) => rows.add({ partition: 'r', sort: `${at}-${n % 3}` }, { a: 1 }));
    }
    setTimeout(() => process.exit(7), 100);
  },

  async big() {
    process.on('SIGXFSZ', () => {});
    const value = JSON.stringify('x'.repeat(100_000));
    for (let at = 0; ; at++)
      await rows.append([{ partition: 'big', sort: number('b', at), value }]);
  },

  async put() {
    say('ready');
    await lines.next();
    for (let at = 0; at < 200; at++) {
      const sort = number('r', at);
      if (await rows.putIf({ partition: 'race', sort, value: '"child"' }, undefined)) say(sort);
    }
  },

  async add() {
    say('ready');
    await lines.next();
    for (let round = 0; round < 60; round++) {
      const key = { partition: 'sums', sort: 'both' };
      await Promise.all([rows.add(key, { all: 1, child: 1 }), rows.add(key, { all: 1, child: 1 })]);
    }
    say('added');
  },

  /** Stores each line it is told, then says what it sees of the other's rows. */
  async echo() {
    say('ready');
    for await (const sort of lines) {
      await rows.append([{ partition: 'theirs', sort, value: '1' }]);
      say(JSON.stringify((await rows.scan('mine')).map((row) => row.sort)));
    }
  },

  async grow() {
    say('ready');
    await lines.next();
    const value = JSON.stringify('x'.repeat(20_000));
    for (let at = 0; at < 300; at++)
      await rows.append([{ partition: 'child', sort: number('g', at), value }]);
  },
};

await jobs[job]();
if (job !== 'exit') {
  await home.close();
  process.exit(0);
}
