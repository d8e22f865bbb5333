// What is built from these sources, and how: scripts for tags, and the npm package.
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { minify as shorten } from 'terser';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** All parts that a build may leave out: see `parts.d.ts`. */
export const partNames = [
  ...['sites', 'plausible', 'clicks', 'forms', 'notFound', 'properties'],
  ...['pages', 'waiting', 'debug', 'ownVisits', 'inlined'],
];

/** The scripts by name, each with its entry and its parts. */
export const scripts = {
  'daybook.v1.js': { entry: 'daybook.v1.ts', parts: partNames },
  'daybook.small.v1.js': { entry: 'daybook.v1.ts', parts: [] },
  'plausible.js': {
    entry: 'plausible.ts',
    parts: partNames.filter((name) => !['notFound', 'debug'].includes(name)),
  },
  'umami.js': { entry: 'umami.ts', parts: [] },
  'goatcounter.js': { entry: 'goatcounter.ts', parts: [] },
};

/** The npm package: with no tag, there is none to find. */
export const packaged = {
  entry: 'package.ts',
  parts: partNames.filter((name) => name !== 'inlined'),
};

/** The code of an entry with these parts alone. */
export async function bundle(entry, parts, { format = 'iife', minify = true } = {}) {
  const bundled = await rolldown({
    input: path(entry),
    logLevel: 'warn',
    transform: {
      // Browsers of 2017 can read it.
      target: 'es2017',
      define: Object.fromEntries(
        partNames.map((name) => [`WITH.${name}`, String(parts.includes(name))]),
      ),
    },
  });
  const { output } = await bundled.generate({ format, minify });
  await bundled.close();
  const { code } = output[0];
  return minify ? (await shorten(code, shorter)).code : code;
}

/**
 * Names that are our own alone are mangled: no page sees them, and nothing of a browser is called
 * so.
 */
const ownNames = /^(atMs|ageMs|look|see|take)$/;

/** What is left after a bundler's minifier, which does one pass. */
const shorter = {
  ecma: 2017,
  toplevel: true,
  compress: { passes: 5, unsafe_arrows: true, unsafe_methods: true, keep_fargs: false },
  mangle: { properties: { regex: ownNames } },
};
