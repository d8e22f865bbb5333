import { base } from '../api/base.ts';
import { type Dimension, direct, notSet } from '../model/dimensions.ts';

/** Which pictures there are, as the build has laid them out. */
export type Table = {
  /** Where the sheet is loaded from: the image of all pictures in one tone. */
  readonly sheet: string;
  readonly rows: number;
  /** By dimension and value: the picture's place on the sheet. */
  readonly places: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The places of those for values without a picture of their own. */
  readonly others: Readonly<Record<string, number>>;
  /** The folder of flags, and the codes that it has, two letters each. */
  readonly flags: string;
  readonly codes: string;
};

/** A file with a flag, or a place on the sheet. */
export type Found = { readonly flag: string } | { readonly place: number };

export function findPicture(table: Table, dimension: Dimension, value: string): Found {
  if (dimension === 'country') {
    const code = value.toLowerCase();
    if (hasFlag(table, code)) return { flag: `${base}${table.flags}${code}.svg` };
  }
  const own = table.places[dimension];
  if (own !== undefined && Object.hasOwn(own, value)) return { place: own[value]! };
  return { place: table.others[dimension === 'source' ? kindOfSource(value) : dimension] ?? 0 };
}

function hasFlag({ codes }: Table, code: string): boolean {
  if (code.length !== 2) return false;
  for (let at = codes.indexOf(code); at >= 0; at = codes.indexOf(code, at + 1))
    if (at % 2 === 0) return true;
  return false;
}

/** A source that is no known service is a host, or a campaign's tag. */
function kindOfSource(value: string): 'direct' | 'source' | 'tag' {
  if (value === '' || value === notSet || value === direct) return 'direct';
  return value.includes('.') ? 'source' : 'tag';
}
