import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { noticesOf } from '../scripts/notices.mjs';
import { makeWorld } from '../scripts/world.mjs';
import { makePictures } from './pictures/make.ts';

const packages = fileURLToPath(new URL('../node_modules/', import.meta.url));

/** Packages of whose files the pictures and the map are made, and what must be said of them. */
const drawnFrom: Readonly<Record<string, string>> = {
  'country-flag-icons': 'The flags of countries.',
  'simple-icons':
    'The logos before sources, browsers and systems. They are trade marks of their owners, who ' +
    'do not endorse Daybook.',
  'world-atlas':
    "The map of the world, made of Natural Earth's data, which are in the public domain.",
};

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);

/** A value as code: browsers read JSON faster than objects that are written out. */
const parsed = (value: object) => `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;

/**
 * Draws what the dashboard shows and nobody has written: the map of the world, the sheet of small
 * pictures, the flags. Their names have a hash of what they contain, as all files in `assets/` do.
 * And it writes the notices of all that was built in.
 */
export function drawn(): Plugin {
  const { table, sheet, flags } = makePictures();
  const sheetFile = `assets/pictures-${hashOf(sheet)}.svg`;
  const flagFolder = `assets/flags-${hashOf([...flags.values()].join())}/`;
  const whole = { ...table, sheet: `/${sheetFile}`, flags: `/${flagFolder}` };
  const modules: Readonly<Record<string, string>> = {
    'virtual:world': `export const world = ${parsed(makeWorld())}`,
    'virtual:pictures': `export const table = ${parsed(whole)}`,
  };
  return {
    name: 'daybook:drawn',
    resolveId: (id) => (Object.hasOwn(modules, id) ? `\0${id}` : undefined),
    load: (id) => modules[id.slice(1)],
    generateBundle(_, bundle) {
      const emit = (fileName: string, source: string) =>
        this.emitFile({ type: 'asset', fileName, source });
      emit(sheetFile, sheet);
      for (const [code, svg] of flags) emit(`${flagFolder}${code}.svg`, svg);
      const built = Object.values(bundle).flatMap((part) =>
        part.type === 'chunk' ? part.moduleIds : [],
      );
      const others = Object.keys(drawnFrom).map((name) => `${packages}${name}/package.json`);
      const title = "Daybook's pages contain these works of others, under the licences below.";
      emit('notices.txt', noticesOf([...built, ...others], title, drawnFrom));
    },
  };
}
