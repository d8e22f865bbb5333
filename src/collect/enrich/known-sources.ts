import { type Category, type KnownSource, sourceTable } from './source-table.ts';

/**
 * Services by host (subdomains included), by host alone, and by lower-case tag; built once from the
 * table.
 */
const within = new Map<string, KnownSource>();

const exactly = new Map<string, KnownSource>();

const tagged = new Map<string, KnownSource>();

for (const [category, entries] of Object.entries(sourceTable) as [
  Category,
  (typeof sourceTable)[Category],
][]) {
  for (const [name, words] of entries) {
    const known: KnownSource = Object.freeze({ name, category });
    tagged.set(name.toLowerCase(), known);
    for (const word of words.split(' ')) {
      if (word.startsWith('tag:')) tagged.set(word.slice(4), known);
      else if (word.startsWith('app:')) exactly.set(word.slice(4).toLowerCase(), known);
      else if (word.startsWith('=')) exactly.set(word.slice(1), known);
      else within.set(word, known);
    }
  }
}

/** Endings under which a service has its countries: `.com`, `.de`, `.co.uk`, `.com.br`. */
const countryEnding = /\.(?:com|(?:com?\.)?[a-z]{2})$/;

/** The service behind a host name or an Android package, both in lower case and without `www.`. */
export function sourceOfHost(host: string): KnownSource | undefined {
  const ending = countryEnding.exec(host);
  const anywhere = ending ? `${host.slice(0, ending.index)}.*` : undefined;
  const exact = exactly.get(host) ?? (anywhere && exactly.get(anywhere));
  if (exact) return exact;
  // From the whole name up to the registered one: what is listed more closely wins.
  for (let at = 0, labels = 0; labels < maxLabels; labels++) {
    const known = within.get(host.slice(at)) ?? (anywhere && within.get(anywhere.slice(at)));
    if (known) return known;
    const dot = host.indexOf('.', at);
    if (dot < 0) return undefined;
    at = dot + 1;
  }
  return undefined;
}

/** No service's users come from a name with more labels; a hostile one has up to 127. */
const maxLabels = 8;

export type TaggedSource = { readonly known: KnownSource; readonly paid: boolean };

/**
 * The service that `utm_source` means: its name in any case, a short name, or a host of it. Said
 * with `ads` behind (`facebook_ads`, `googleads`, `yt-ads`) it is that service's advertising, and
 * so is `adwords`.
 */
export function sourceOfTag(tag: string): TaggedSource | undefined {
  const lower = tag.toLowerCase();
  const known =
    tagged.get(lower) ??
    (lower.includes('.') ? sourceOfHost(lower.replace(/^www\./, '')) : undefined);
  if (known) return { known, paid: lower === 'adwords' };
  const advertiser = /^(.+?)[-_ ]?ads?$/.exec(lower)?.[1];
  const advertising = advertiser === undefined ? undefined : tagged.get(advertiser);
  return advertising && { known: advertising, paid: true };
}
