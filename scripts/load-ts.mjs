// Loads a TypeScript file of the tests for a script. Vite does it, because not every version of
// Node that Daybook supports can.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Loads the module at this path from the root, and calls `work` with it. Nothing is served. */
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
