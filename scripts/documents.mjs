// Writes what documents take from the code's own tables: `npm run documents`.
import { readFileSync, writeFileSync } from 'node:fs';
import { root, withModule } from './load-ts.mjs';

await withModule('/test/http/access-table.ts', ({ accessPage }) => {
  writeFileSync(`${root}docs/access.md`, accessPage());
});

await withModule('/test/entry/settings-table.ts', ({ withSettingsTable }) => {
  const path = `${root}docs/configuration.md`;
  writeFileSync(path, withSettingsTable(readFileSync(path, 'utf8')));
});

await withModule('/test/ledger/column-tables.ts', ({ withColumnTables }) => {
  const path = `${root}docs/ledger.md`;
  writeFileSync(path, withColumnTables(readFileSync(path, 'utf8')));
});
