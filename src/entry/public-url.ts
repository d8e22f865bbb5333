/**
 * Where browsers reach this Daybook, if `DAYBOOK_PUBLIC_URL` says so: scheme, host and port. A path
 * is not possible; what is no such URL is left out.
 */
export function readPublicUrl(env: NodeJS.ProcessEnv): { readonly publicUrl?: string } {
  const text = env['DAYBOOK_PUBLIC_URL'];
  if (text === undefined || !URL.canParse(text)) return {};
  const { protocol, origin, pathname, search, hash, username } = new URL(text);
  const isPlain = pathname === '/' && search === '' && hash === '' && username === '';
  return isPlain && (protocol === 'https:' || protocol === 'http:') ? { publicUrl: origin } : {};
}
