// Makes the folder of a version's data that later versions are tested with:
// `node scripts/earlier-data.mjs VERSION`. See test/earlier-data/README.md.
import { existsSync } from 'node:fs';
import { root, withModule } from './load-ts.mjs';

const version = process.argv[2] ?? '';
const folder = `${root}test/earlier-data/${version}`;
if (/^\d+\.\d+(\.\d+)?$/.test(version) && !existsSync(folder)) {
  await withModule('/test/earlier-data/make.ts', ({ makeEarlierData }) => makeEarlierData(folder));
} else {
  process.stderr.write('expected a version that test/earlier-data does not have yet\n');
  process.exitCode = 1;
}
