import { iso31662 } from 'iso-3166';

/** ISO 3166-2 codes with their names, most of them in a language of their country. */
export const regionNames = (): [code: string, name: string][] =>
  iso31662.map(({ code, name }) => [code, name]);
