import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** One classic script without exports, beside the built pages: see `src/http/tracker-routes.ts`. */
// biome-ignore lint/style/noDefaultExport: Vite takes its configuration from one.
export default defineConfig({
  root: path('.'),
  publicDir: false,
  build: {
    outDir: path('../dist/dashboard/js'),
    emptyOutDir: true,
    target: 'es2020',
    reportCompressedSize: false,
    lib: {
      entry: path('daybook.v1.ts'),
      formats: ['iife'],
      name: '_',
      fileName: () => 'daybook.v1.js',
    },
  },
});
