import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sourceTable } from '../../src/collect/enrich/source-table.ts';
import { drawings } from './drawings.ts';
import type { Table } from './find.ts';
import { ofKind, otherwise, type PictureName, pictureNames, sourceLogos } from './names.ts';

/** Run at the build: makes one image of all logos and drawings, and collects the flags. */

const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

const perRow = 16;
const square = 24;

export type Pictures = {
  readonly table: Omit<Table, 'flags' | 'sheet'>;
  /** The image: squares of 24 units, sixteen in a row. */
  readonly sheet: string;
  /** Flags as SVG, by the code in small letters. */
  readonly flags: ReadonlyMap<string, string>;
};

/** Which picture each name has. Every source of the server's table has one. */
export function picturesByName(): Readonly<Record<string, Readonly<Record<string, PictureName>>>> {
  const sources = Object.entries(sourceTable).flatMap(([category, entries]) =>
    entries.map(([name]): [string, PictureName] => [
      name,
      sourceLogos[name] ?? ofKind[category as keyof typeof ofKind],
    ]),
  );
  return { source: Object.fromEntries(sources), ...pictureNames };
}

export function makePictures(): Pictures {
  const at = new Map<PictureName, number>();
  const placed = (name: PictureName) => at.get(name) ?? at.set(name, at.size).size - 1;
  const places = Object.fromEntries(
    Object.entries(picturesByName()).map(([dimension, names]) => [
      dimension,
      Object.fromEntries(Object.entries(names).map(([name, picture]) => [name, placed(picture)])),
    ]),
  );
  const others = Object.fromEntries(
    Object.entries(otherwise).map(([of, drawing]) => [of, placed(drawing)]),
  );
  const flags = readFlags();
  return {
    table: { places, others, rows: Math.ceil(at.size / perRow), codes: [...flags.keys()].join('') },
    sheet: sheetOf([...at.keys()]),
    flags,
  };
}

function sheetOf(names: readonly PictureName[]): string {
  const licences = licencesOfLogos();
  const squares = names.map((name, i) => {
    const [x, y] = [(i % perRow) * square, Math.floor(i / perRow) * square];
    return `<g transform="translate(${x} ${y})">${markupOf(name, licences)}</g>`;
  });
  const [width, height] = [perRow * square, Math.ceil(names.length / perRow) * square];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}">${squares.join('')}</svg>`
  );
}

function markupOf(name: PictureName, licences: ReadonlyMap<string, string>): string {
  if (!name.startsWith('logo:')) return drawings[name as keyof typeof drawings];
  const slug = name.slice('logo:'.length);
  // A few of Simple Icons are under a licence of their own, which asks for more than CC0 does.
  const licence = licences.get(slug);
  if (licence !== 'CC0-1.0') throw new Error(`the logo ${slug} is under ${licence}, not CC0-1.0`);
  const svg = readFileSync(join(modules, 'simple-icons/icons', `${slug}.svg`), 'utf8');
  const path = / d="([^"]+)"/.exec(svg)?.[1];
  if (path === undefined) throw new Error(`the logo ${slug} has no path`);
  return `<path d="${path}"/>`;
}

function licencesOfLogos(): ReadonlyMap<string, string> {
  type Icon = { readonly slug: string; readonly license?: { readonly type: string } };
  const file = join(modules, 'simple-icons/data/simple-icons.json');
  const icons = JSON.parse(readFileSync(file, 'utf8')) as readonly Icon[];
  return new Map(icons.map(({ slug, license }) => [slug, license?.type ?? 'CC0-1.0']));
}

function readFlags(): ReadonlyMap<string, string> {
  const folder = join(modules, 'country-flag-icons/3x2');
  const files = readdirSync(folder).filter((file) => /^[A-Z]{2}\.svg$/.test(file));
  return new Map(
    files
      .sort()
      .map((file) => [file.slice(0, 2).toLowerCase(), readFileSync(join(folder, file), 'utf8')]),
  );
}
