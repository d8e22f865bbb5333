import type { Event } from './event.ts';

/** What a server knows of a request for a page. */
export type Visit = {
  readonly method: string;
  /** Whole, with scheme and host. */
  readonly url: string;
  readonly header: (name: string) => string | undefined;
  readonly ip: string | undefined;
};

/** Daybook takes no more of a URL and of a user agent. */
const maxChars = 2_000;

/** A pageview of a request. */
export const pageviewOf = ({ url, header, ip }: Visit): Event => ({
  url: url.slice(0, maxChars),
  ip,
  userAgent: header('user-agent')?.slice(0, maxChars),
  referrer: header('referer')?.slice(0, maxChars),
  language: /^[\w-]{1,35}/.exec(header('accept-language') ?? '')?.[0],
  optOut: header('sec-gpc') === '1' || header('dnt') === '1',
});

/** Whether a browser asks for a page to show it: no image, no script's request, nothing ahead. */
export function asksForPage({ method, header }: Pick<Visit, 'method' | 'header'>): boolean {
  const purpose = `${header('sec-purpose') ?? ''} ${header('purpose') ?? ''}`;
  if (method !== 'GET' || /prefetch|preview/.test(purpose)) return false;
  const shownIn = header('sec-fetch-dest');
  if (shownIn !== undefined) return shownIn === 'document';
  return /text\/html|\*\/\*/.test(header('accept') ?? '*/*');
}

/** Whether an answer is a page; one that the browser has already says no type. */
export const isPage = (status: number, type: string | null | undefined): boolean =>
  status === 304 || (status === 200 && /^text\/html/i.test(type ?? ''));

export const urlOf = (protocol: string, host: string | undefined, path: string) =>
  `${protocol}://${host ?? ''}${path}`;
