// Prints the test files that have more cases than `npm test` runs: those that ask for them by the
// names of `test/support/real-app.ts`, the list `long` of `vitest.config.ts`, and the oracle.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const named = /long(est)?Homes|everyCase|allCases|inEveryState/;

export function longTests() {
  const files = ['src', 'test'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true })
      .map((name) => `${folder}/${name}`)
      .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.extra.test.ts')),
  );
  const config = readFileSync(`${root}vitest.config.ts`, 'utf8');
  return files.filter(
    (file) =>
      file.startsWith('test/oracle/') ||
      config.includes(`'${file}'`) ||
      named.test(readFileSync(root + file, 'utf8')),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(longTests().join('\n'));
