import { cutText } from '../../lib/cut-text.ts';
import { normalizedPage } from '../../lib/page-path.ts';
import type { Hit } from '../../model/hit.ts';
import { hasControls, readBody } from '../body.ts';
import { type Candidate, type Invalid, invalid, type RequestContext, shown } from '../candidate.ts';
import { readTags } from '../enrich/tags.ts';
import { readTitle } from '../enrich/title.ts';
import { maxIdChars, readAge, textProblem } from './event.ts';

const maxPathBytes = 2_000;

const maxReferrerChars = 2_000;

/** The query of a request that sends a hit. */
export type DeployQuery = {
  readonly site?: string | undefined;
  /** As in an event: it makes sending the hit again safe. */
  readonly id?: string | undefined;
  /** As in an event: how long ago the hit was, in ms, where it is sent again. */
  readonly a?: string | undefined;
};

/**
 * The plain analytics microservice: `POST /analytics`. Every well-formed body is kept, whoever sent
 * it, unless the owner excludes it. Every field is kept as it came and given back; browser and
 * visitor are read from the body's `userAgent`, since the sender is often a server. Where a visit
 * came from is read from `referrer` (a URL) and `search` (the tags of the page's query), its title
 * from `title`. What is
 * said of the sending, and not of the page, is in the request's own query.
 */
export function readDeploy(
  text: string,
  context: RequestContext,
  { site, id, a }: DeployQuery = {},
): Candidate | Invalid {
  const read = readDeployBody(text);
  if ('invalid' in read) return read;
  const badId = textProblem('id', id, maxIdChars);
  if (badId !== undefined) return badId;
  const ageMs = readAge(a === undefined ? undefined : /^\d{1,15}$/.test(a) ? Number(a) : a);
  if (typeof ageMs === 'object') return ageMs;
  const { pathname, sent } = read;
  const language = sent['language'];
  const page = normalizedPage(pathname);
  return {
    ...context,
    ...(site !== undefined && { domain: site }),
    ...(id !== undefined && id !== '' && { id }),
    ...(ageMs !== undefined && { ageMs }),
    name: 'pageview',
    hostname: '',
    page,
    title: readTitle(sent['title']),
    referrer: cutText(textOf(sent['referrer']) ?? '', maxReferrerChars) || undefined,
    tags: readTags(textOf(sent['search']) ?? ''),
    interactive: true,
    keepsRobots: true,
    userAgent: typeof sent['userAgent'] === 'string' ? sent['userAgent'] : '',
    ...(typeof language === 'string' && language !== '' && language.length <= 35 && { language }),
    sent: page === pathname ? sent : { ...sent, pagePath: pathname },
  };
}

/** A well-formed body: its `pathname`, and all else that was sent. */
export type DeployBody = {
  readonly pathname: string;
  readonly sent: Readonly<Record<string, unknown>>;
};

export function readDeployBody(text: string): DeployBody | Invalid {
  const read = readBody(text);
  if ('invalid' in read) return read;
  const { pathname, ...sent } = read.body;
  if (typeof pathname !== 'string' || pathname === '') {
    return invalid(
      'pathname',
      `expected the path of the page, got ${pathname === undefined ? 'nothing' : shown(pathname)}`,
    );
  }
  if (Buffer.byteLength(pathname) > maxPathBytes) {
    return invalid(
      'pathname',
      `expected at most ${maxPathBytes} bytes, got ${Buffer.byteLength(pathname)}`,
    );
  }
  if (hasControls(pathname))
    return invalid('pathname', 'expected a path without control characters');
  for (const field of ['platform', 'userAgent', 'language'] as const) {
    const value = sent[field];
    if (value !== undefined && value !== null && typeof value !== 'string') {
      return invalid(field, `expected a text, got ${shown(value)}`);
    }
  }
  if (sent['location'] !== undefined && sent['location'] !== null && !isPlace(sent['location'])) {
    return invalid(
      'location',
      `expected {latitude, longitude} in degrees, got ${shown(sent['location'])}`,
    );
  }
  return { pathname, sent };
}

/**
 * A hit as a row of the classic table: what `GET /analytics` gives. `timestamp` is in seconds, with
 * fraction. `pagePath` is as it was sent: where reports spell it differently, it is kept among what
 * was sent.
 */
export function deployItem(hit: Hit): Record<string, unknown> {
  const asSent = hit.sent?.['pagePath'];
  const isPage = typeof asSent === 'string' && normalizedPage(asSent) === hit.page;
  return {
    ...hit.sent,
    pagePath: isPage ? asSent : hit.page,
    timestamp: hit.time / 1_000,
    ...(hit.sent === undefined && hit.language !== undefined && { language: hit.language }),
  };
}

/** Of a field that a sender may use for something else: a text that is not empty. */
const textOf = (value: unknown) =>
  typeof value === 'string' && value !== '' && !hasControls(value) ? value : undefined;

function isPlace(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { latitude, longitude } = value as Record<string, unknown>;
  return (
    typeof latitude === 'number' &&
    typeof longitude === 'number' &&
    Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180
  );
}
