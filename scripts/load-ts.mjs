// Loads a TypeScript file of tests for a script: Vite reads what not every Node we run on does.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Gives a module, by its path from the root, to `work`. Nothing is served meanwhile. */
export async function withModule(path, work) {
  const vite = await createServer({
    root,
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    await work(await vite.ssrLoadModule(path));
  } finally {
    await vite.close();
  }
}
