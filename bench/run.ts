import { benchBrowser } from './browser.ts';
import { benchClosing } from './closing.ts';
import { benchDashboards } from './dashboards.ts';
import { benchImportLog } from './import-log.ts';
import { benchIngest } from './ingest.ts';
import { benchLambda } from './lambda.ts';
import { benchMemory, benchSmallSite } from './memory.ts';
import { benchNeighbours } from './neighbours.ts';
import { benchNodeClient } from './node-client.ts';
import { runScript } from './processes.ts';
import { benchSmallSites } from './small-sites.ts';
import { benchSql } from './sql.ts';
import { benchStrangers } from './strangers.ts';
import { benchToday } from './today.ts';
import { benchTodayAws } from './today-aws.ts';

/** `npm run bench` runs all of these, `npm run bench -- NAME …` some of them. */
const benches: Readonly<Record<string, () => Promise<void>>> = {
  ingest: benchIngest,
  report: () => runScript('dist/bench/report.js'),
  ledger: () => runScript('dist/bench/ledger.js'),
  dashboards: benchDashboards,
  browser: benchBrowser,
  strangers: benchStrangers,
  sql: benchSql,
  neighbours: benchNeighbours,
  today: benchToday,
  'today-aws': benchTodayAws,
  closing: benchClosing,
  memory: benchMemory,
  'small-site': benchSmallSite,
  'small-sites': benchSmallSites,
  'import-log': benchImportLog,
  lambda: benchLambda,
  'node-client': benchNodeClient,
  backup: () => runScript('dist/bench/backup.js'),
  sizes: () => runScript('scripts/sizes.mjs'),
};

const named = process.argv.slice(2);
for (const [name, run] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  await run();
}
