import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Every page is an HTML file here. Nothing is inlined: the server sends `script-src 'self'`. */
// biome-ignore lint/style/noDefaultExport: Vite takes its configuration from one.
export default defineConfig({
  root: path('.'),
  build: {
    outDir: path('../dist/dashboard'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: false,
    rolldownOptions: {
      input: [path('index.html'), path('sign-in.html'), path('visualization.html')],
    },
  },
});
