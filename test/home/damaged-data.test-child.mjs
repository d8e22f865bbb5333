// Opens damaged data folders, as a server or a command does, reads every row, and rescues every
// second one into `<folder>-new`: node damaged-data.test-child.mjs <dist/src> <partitions> <folder>...
// A line of JSON for each: what it read, or how it was refused.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [built, partitions, ...folders] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(join(built, name)).href);
const { openMachine } = await load('home/machine/machine.js');
const { rescueData } = await load('entry/rescue/rescue.js');
const clock = () => Date.parse('2026-04-11T12:00:00Z');

async function readAll(folder) {
  const home = await openMachine(folder);
  try {
    let rows = 0;
    for (const partition of JSON.parse(partitions))
      for (let after; ; ) {
        const page = await home.rows.scan(partition, { after });
        rows += page.length;
        if (page.length === 0) break;
        after = page.at(-1).sort;
      }
    return rows;
  } finally {
    await home.close();
  }
}

async function rescue(folder) {
  const home = await openMachine(`${folder}-new`);
  try {
    return await rescueData(folder, home, clock);
  } finally {
    await home.close();
  }
}

const refused = (error) => ({ refused: `${error.name}: ${error.message}` });

for (const [i, folder] of folders.entries()) {
  process.stdout.write(`${JSON.stringify({ folder })}\n`);
  const read = await readAll(folder).then((rows) => ({ rows }), refused);
  // Every second one: a rescue takes ten times as long.
  const rescued = i % 2 === 0 ? await rescue(folder).catch(refused) : {};
  process.stdout.write(`${JSON.stringify({ folder, read, rescued })}\n`);
}
process.kill(process.pid, 'SIGTERM');
