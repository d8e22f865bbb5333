import { type LogLine, unescapeLog } from './line.ts';

/** Why a line of a log is no pageview. */
export type NoPageview = 'method' | 'status' | 'asset';

/** Extensions of what is a page all the same. */
const pageExtensions: ReadonlySet<string> = new Set([
  'html',
  'htm',
  'php',
  'asp',
  'aspx',
  'jsp',
  'cgi',
]);

/**
 * The target (path and query) of a line that is a pageview: `GET`, answered with 2xx or 304, and
 * its path's last segment has no extension or that of a page. Whether its agent is a bot is not
 * looked at here.
 */
export function readPageview({
  request,
  status,
}: LogLine): { readonly target: string } | NoPageview {
  if (!request.startsWith('GET ')) return 'method';
  if (status[0] !== '2' && status !== '304') return 'status';
  const target = targetOf(request);
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  const dot = path.indexOf('.', path.lastIndexOf('/') + 1);
  if (dot < 0) return { target };
  return pageExtensions.has(path.slice(path.lastIndexOf('.') + 1).toLowerCase())
    ? { target }
    : 'asset';
}

/**
 * Path and query of a request line. A proxy's whole URL is cut to them; the protocol is missing in
 * HTTP/0.9.
 */
function targetOf(request: string): string {
  const end = request.lastIndexOf(' HTTP/');
  const target = unescapeLog(request.slice(4, end < 4 ? undefined : end));
  if (target.startsWith('/')) return target;
  const whole = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/i.exec(target)?.[1] ?? target;
  return whole.startsWith('/') ? whole : `/${whole}`;
}
