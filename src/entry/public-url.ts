export const expectedUrl = 'a URL without a path, such as https://stats.example.com';

/** Scheme, host and port of where browsers reach this Daybook; undefined if it is no such URL. */
export function publicUrlOf(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, origin, pathname, search, hash, username } = new URL(text);
  const isPlain = pathname === '/' && search === '' && hash === '' && username === '';
  return isPlain && (protocol === 'https:' || protocol === 'http:') ? origin : undefined;
}
