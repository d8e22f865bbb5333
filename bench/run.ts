import { benchDashboards } from './dashboards.ts';
import { benchImportLog } from './import-log.ts';
import { benchIngest } from './ingest.ts';
import { benchLambda } from './lambda.ts';

/** `npm run bench`, or `npm run bench -- NAME …` for some of it. */
const benches: Readonly<Record<string, () => Promise<void>>> = {
  ingest: benchIngest,
  dashboards: benchDashboards,
  'import-log': benchImportLog,
  lambda: benchLambda,
};

const named = process.argv.slice(2);
for (const [name, run] of Object.entries(benches)) {
  if (named.length > 0 && !named.includes(name)) continue;
  process.stdout.write(`\n${name}\n`);
  await run();
}
