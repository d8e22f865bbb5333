import { type LogLine, unescapeLog } from './line.ts';

/** Why a line of a log is no pageview. */
export type NoPageview = 'method' | 'status' | 'asset';

/** Extensions of static files. What has another one, or none, is a page: pages have dots too. */
const staticExtensions: ReadonlySet<string> = new Set(
  `avif apng bmp cur gif heic ico jfif jpeg jpg jxl png psd svg svgz tif tiff webp
  eot otf ttc ttf woff woff2
  css less scss js mjs cjs map wasm swf
  aac avi flac flv m4a m4v mid mkv mov mp3 mp4 mpeg mpg oga ogg ogv opus wav webm wma wmv m3u8 ts
  7z apk bin br bz2 cab deb dmg exe gz img iso jar msi pkg rar rpm tar tgz war whl xpi xz zip zst
  csv doc docx epub ics key kml mobi numbers odp ods odt pdf pps ppt pptx ps rtf tsv vcf xls xlsx
  atom gpx json jsonld ndjson rdf rss txt webmanifest xml xsd xsl xslt yaml yml
  asc conf diff gem log patch pcap pyc sha1 sha256 sig spec tex torrent`.split(/\s+/),
);

/** Wikis name their pages after files and programs: `/wiki/Node.js`, `/wiki/File:Photo.jpg`. */
const wikiPage = /\/wiki\/[^/]+$/;

/**
 * The target (path and query) of a line that is a pageview: `GET`, answered with 2xx or 304, and
 * its path is not that of a known static file. Whether its agent is a bot is not looked at here.
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
  return isStatic(path) ? 'asset' : { target };
}

function isStatic(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  if (dot < 0 || wikiPage.test(path)) return false;
  return name.startsWith('.') || staticExtensions.has(name.slice(dot + 1).toLowerCase());
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
