import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBackup } from '../src/backup/make-backup.ts';
import { openDuck } from '../src/duck/duck.ts';
import { openFiles } from '../src/home/machine/files.ts';
import { openMachine } from '../src/home/machine/machine.ts';
import { hitPartition, runningSort } from '../src/journal/keys.ts';
import { zonesFrom } from '../src/lib/site-days.ts';
import { makeLedger } from './ledger-data.ts';

/**
 * What a second backup writes, where a year of hits is closed and a day runs: of all that the
 * backup is made of.
 *
 *   node dist/bench/backup.js [hits]
 */
const hits = Number(process.argv[2] ?? 10_000_000);
const folder = mkdtempSync(join(tmpdir(), 'daybook-bench-backup-'));
const site = 'backup000001';
const dayMs = 86_400_000;
const today = '2026-11-22';
const startMs = Date.parse(`${today}T00:00:00Z`);
let sent = 0;

const home = await openMachine(join(folder, 'data'));
const target = await openFiles(join(folder, 'backups'));
try {
  const duck = await openDuck({ memoryBytes: 4 * 2 ** 30, threads: 2, folder: home.files.folder });
  await makeLedger(home, duck, {
    ...{ siteId: site, zones: zonesFrom('UTC', 0), pages: 1_000, hitsADay: hits / 365 },
    ...{ firstDay: '2025-11-22', lastDay: '2026-11-21' },
  });
  duck.close();
  const aDay = Math.round(hits / 365);
  await receive(aDay);
  await backUp(`first, ${figure(hits + aDay)} hits`);
  await backUp('again, nothing new');
  await receive(Math.round(aDay / 24));
  await backUp(`an hour later, ${figure(aDay / 24)} hits more`);
  await receive(aDay);
  await backUp(`a day later, ${figure(aDay)} hits more`);
} finally {
  await home.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Rows of hits as the journal has them. */
async function receive(count: number): Promise<void> {
  for (const until = sent + count; sent < until; ) {
    const rows = Array.from({ length: Math.min(1_000, until - sent) }, () => {
      const atMs = startMs + Math.round((sent++ / hits) * dayMs * 100);
      const id = `0193${(sent * 2_654_435_761).toString(16).padStart(20, '0')}`;
      const hit = {
        ...{ id, visitor: (sent % 9_999).toString(16).padStart(16, '0'), time: atMs },
        ...{ name: 'pageview', page: `/page/${sent % 1_000}`, source: 'Google', country: 'DE' },
        ...{ browser: 'Chrome', browser_version: '130', os: 'Windows', device: 'desktop' },
      };
      const partition = hitPartition(site, today, 0);
      return { partition, sort: runningSort(atMs, id), value: JSON.stringify(hit) };
    });
    await home.rows.append(rows);
  }
}

async function backUp(what: string): Promise<void> {
  const begunMs = performance.now();
  const world = { home, target, clock: Date.now, random: () => 'bench' };
  const { bytes, writtenBytes } = await makeBackup(world);
  const seconds = (performance.now() - begunMs) / 1_000;
  const share = ((100 * writtenBytes) / bytes).toFixed(2);
  process.stdout.write(
    `${what}: ${figure(writtenBytes)} of ${figure(bytes)} bytes written, ${share} %, ` +
      `${seconds.toFixed(1)} s\n`,
  );
}

function figure(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
