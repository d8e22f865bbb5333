import { iso31662 } from 'iso-3166';

/** ISO 3166-2 codes with their names, most of them in a language of their country. */
export const regionNames = (): [code: string, name: string][] =>
  iso31662.map(({ code, name }) => [code, name]);

/** The ISO 3166-2 code of a region that is known by its name, if it is known by that. */
export type RegionCodes = (country: string, name: string) => string | undefined;

/** A name is found however it is accented, and without what follows a comma or a bracket. */
export function regionCodes(): RegionCodes {
  const codes = new Map<string, string>();
  const add = (code: string, name: string) => {
    const key = keyOf(code.slice(0, 2), name);
    if (!codes.has(key)) codes.set(key, code);
  };
  // Madrid is a region and a province in it: the larger one is meant.
  const largest = iso31662.filter(({ parent }) => parent.length === 2);
  for (const { code, name } of largest) add(code, name);
  for (const { code, name } of largest) add(code, name.replace(/\s*[,([].*$/, ''));
  for (const { code, name } of iso31662) add(code, name);
  return (country, name) => codes.get(keyOf(country, name));
}

const keyOf = (country: string, name: string) =>
  `${country} ${name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()}`;
