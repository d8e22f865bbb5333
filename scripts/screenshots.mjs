// Takes the pictures of docs/images anew: a real server with invented traffic, a real Chromium. Needs a build.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
// Nothing is served: Vite reads the TypeScript, which every Node we run on does not.
const vite = await createServer({
  root,
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, watch: null, ws: false },
  optimizeDeps: { noDiscovery: true },
});
try {
  const { takeScreenshots } = await vite.ssrLoadModule('/test/browser/support/screenshots.ts');
  await takeScreenshots(`${root}docs/images`, (line) => process.stdout.write(`${line}\n`));
} finally {
  await vite.close();
}
