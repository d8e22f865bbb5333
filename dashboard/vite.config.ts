import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { drawn } from './drawn.ts';
import { htmlTexts } from './html-texts.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Parts that are loaded later are loaded as the browser does it. Vite's own helper of 1 KB would
 * first load their style sheets: there are none, all stand in the HTML files.
 */
const plainImports: Plugin = {
  name: 'daybook:plain-imports',
  enforce: 'pre',
  load: (id) =>
    id === '\0vite/preload-helper.js'
      ? 'export const __vitePreload = (load) => load();'
      : undefined,
};

/** So each text is loaded with what shows it, though all are imported by way of one file. */
const withoutSideEffects = { test: /\/dashboard\/texts\//, sideEffects: false };

/** Every page is an HTML file here. Nothing is inlined: the server sends `script-src 'self'`. */
// biome-ignore lint/style/noDefaultExport: Vite takes its configuration from one.
export default defineConfig({
  root: path('.'),
  plugins: [plainImports, htmlTexts, drawn()],
  build: {
    outDir: path('../dist/dashboard'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    reportCompressedSize: false,
    rolldownOptions: {
      treeshake: { moduleSideEffects: [withoutSideEffects] },
      input: ['index', 'sign-in', 'sign-up', 'visualization'].map((name) => path(`${name}.html`)),
    },
  },
});
