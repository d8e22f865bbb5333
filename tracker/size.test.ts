import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test } from 'vitest';

/** The limit is low because every page of every site loads the tracker. */
const limitBytes = 2_640;

test('the tracker stays small', async () => {
  const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url));
  const built = await build({ configFile, logLevel: 'silent', build: { write: false } });
  const [bundle] = built as { output: { code: string }[] }[];
  const bytes = gzipSync(bundle!.output[0]!.code, { level: 9 }).length;
  process.stdout.write(`tracker: ${bytes} bytes gzip\n`);
  expect(bytes).toBeLessThan(limitBytes);
});
