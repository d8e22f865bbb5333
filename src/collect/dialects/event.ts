import { cutText } from '../../lib/cut-text.ts';
import { hasControls, type JsonObject, readBody } from '../body.ts';
import { type Candidate, type Invalid, invalid, type RequestContext, shown } from '../candidate.ts';
import { readPageUrl } from '../enrich/page-url.ts';
import { readTitle } from '../enrich/title.ts';

/** Of an id that a sender gives its hit. */
export const maxIdChars = 128;

const maxNameChars = 120;

const maxReferrerChars = 2_000;

const maxProps = 30;

const maxKeyBytes = 300;

const maxValueBytes = 2_000;

const maxAmount = 1e12;

const maxEngagedMs = 30 * 24 * 3_600_000;

/**
 * The native dialect: `POST /api/event`, Plausible's fields in their short and long names, and ours
 * beside them (`id`, `a`, `l`, `t`, `w`). One request may name several sites: one candidate each.
 */
export function readEvent(text: string, context: RequestContext): readonly Candidate[] | Invalid {
  const read = readBody(text);
  return 'invalid' in read ? read : readEventFields(read.body, context);
}

/** The same of a body that was read. */
export function readEventFields(
  body: JsonObject,
  context: RequestContext & Pick<Candidate, 'atMs'>,
): readonly Candidate[] | Invalid {
  const name = readName(body['n'] ?? body['name']);
  if (typeof name !== 'string') return name;
  const url = body['u'] ?? body['url'];
  if (typeof url !== 'string' || url === '')
    return invalid('url', expected('the URL of the page', url));
  if (hasControls(url)) return invalid('url', 'expected a URL without control characters');
  const page = readPageUrl(url, { hash: isTrue(body['h'] ?? body['hashMode']) });
  if ('error' in page) return invalid('url', page.error);
  const props = readProps(body['p'] ?? body['props'] ?? body['m'] ?? body['meta']);
  if (props !== undefined && 'invalid' in props) return props;
  const ageMs = readAge(body['a']);
  if (typeof ageMs === 'object') return ageMs;
  const engagement = name === 'engagement' ? readEngagement(body, ageMs) : undefined;
  if (engagement !== undefined && 'invalid' in engagement) return engagement;
  const domains = readDomains(
    body['d'] ?? body['domain'],
    page.port === '' ? page.hostname : `${page.hostname}:${page.port}`,
  );
  if ('invalid' in domains) return domains;
  const referrer = body['r'] ?? body['referrer'];
  const language = body['l'];
  const id = body['id'];
  const badText =
    textProblem('referrer', referrer, Number.POSITIVE_INFINITY) ??
    textProblem('language', language, 35) ??
    textProblem('id', id, maxIdChars);
  if (badText !== undefined) return badText;

  const width = body['w'];
  const shared: Draft = {
    userAgent: context.userAgent,
    address: context.address,
    place: context.place,
    hasKey: context.hasKey,
    keySiteId: context.keySiteId,
    optsOut: context.optsOut,
    receivedAtMs: context.receivedAtMs,
    atMs: context.atMs,
    name,
    hostname: page.hostname,
    page: page.page,
    search: page.search,
    tags: page.tags,
    interactive: (body['i'] ?? body['interactive']) !== false,
    referrer: cutText(textOf(referrer) ?? '', maxReferrerChars) || undefined,
    language: textOf(language),
    title: readTitle(body['t'] ?? body['title']),
    id: textOf(id),
    ageMs,
    screenWidthPx: typeof width === 'number' && width > 0 ? width : undefined,
    props: props?.props,
    ...revenueOf(body['$'] ?? body['revenue']),
    engagement,
  };
  return domains.domains.map((domain) => ({ ...shared, domain }));
}

type Draft = Omit<Candidate, 'domain' | 'sent'>;

export function textProblem(field: string, value: unknown, maxChars: number): Invalid | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') return invalid(field, expected('a text', value));
  return value.length > maxChars
    ? invalid(field, `expected at most ${maxChars} characters, got ${value.length}`)
    : undefined;
}

function readName(value: unknown): string | Invalid {
  const name = typeof value === 'number' && Number.isInteger(value) ? String(value) : value;
  if (typeof name !== 'string' || name.trim() === '') {
    return invalid('name', expected('the name of the event, such as pageview', value));
  }
  if (name.length > maxNameChars) {
    return invalid('name', `expected at most ${maxNameChars} characters, got ${name.length}`);
  }
  return hasControls(name) ? invalid('name', 'expected a name without control characters') : name;
}

function readDomains(
  value: unknown,
  host: string,
): { readonly domains: readonly string[] } | Invalid {
  if (value === undefined || value === null) return { domains: [host] };
  if (typeof value !== 'string') return invalid('domain', expected('the domain of a site', value));
  const domains = value.split(',').map((domain) => domain.trim());
  if (domains.some((domain) => domain === ''))
    return invalid('domain', expected('the domain of a site', value));
  if (domains.length > 20)
    return invalid('domain', `expected at most 20 domains, got ${domains.length}`);
  return { domains: [...new Set(domains)] };
}

/** Custom properties, from an object or its JSON text; what has no plain value is left out. */
function readProps(
  value: unknown,
): { readonly props: Readonly<Record<string, string>> } | Invalid | undefined {
  const object = objectOf(value);
  if (object === undefined) {
    return value === undefined || value === null || value === ''
      ? undefined
      : invalid('props', expected('an object, or the JSON text of one', value));
  }
  const props: Record<string, string> = {};
  for (const [key, raw] of Object.entries(object).slice(0, maxProps)) {
    if (raw === null || typeof raw === 'object') continue;
    const text = String(raw);
    if (text.trim() === '' || key.trim() === '') continue;
    if (Buffer.byteLength(key) > maxKeyBytes)
      return invalid('props', `expected keys of at most ${maxKeyBytes} bytes`);
    if (Buffer.byteLength(text) > maxValueBytes) {
      return invalid(
        'props',
        `expected values of at most ${maxValueBytes} bytes, got more in ${shown(key)}`,
      );
    }
    if (hasControls(key)) return invalid('props', 'expected keys without control characters');
    // A plain assignment to `__proto__` would be lost.
    Object.defineProperty(props, key, {
      value: text,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return Object.keys(props).length === 0 ? undefined : { props };
}

/** The age at the moment of sending, in whole ms: of an engagement's view, of any other hit. */
export function readAge(value: unknown): number | undefined | Invalid {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' && value >= 0 && value <= maxEngagedMs
    ? Math.round(value)
    : invalid('a', expected('an age in ms, at most 30 days', value));
}

function readEngagement(
  { sd, e }: JsonObject,
  ageMs: number | undefined,
): NonNullable<Candidate['engagement']> | Invalid {
  const scrollDepth = typeof sd === 'number' && sd >= 0 ? Math.min(100, Math.round(sd)) : undefined;
  const engagedMs = typeof e === 'number' && e >= 0 && e < maxEngagedMs ? Math.round(e) : undefined;
  if (scrollDepth === undefined && engagedMs === undefined) {
    return invalid(
      'engagement',
      'expected sd (scroll depth, 0 to 100) or e (engaged ms, below 30 days)',
    );
  }
  return {
    ...(scrollDepth !== undefined && { scrollDepth }),
    // Nobody looked at a view for longer than there was one.
    ...(engagedMs !== undefined && { engagedMs: Math.min(engagedMs, ageMs ?? engagedMs) }),
    viewAgeMs: ageMs ?? 0,
  };
}

/** Invalid revenue is left out, and the event kept. */
function revenueOf(value: unknown): Pick<Candidate, 'revenue' | 'leftOut'> {
  if (value === undefined || value === null || value === '') return {};
  const revenue = readRevenue(value);
  return revenue === undefined ? { leftOut: 'revenue' } : { revenue };
}

/** A plain decimal number, as a number or as its text. */
function amountOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const isPlain = typeof value === 'string' && /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(value.trim());
  return isPlain ? Number(value) : Number.NaN;
}

export function readRevenue(value: unknown): Candidate['revenue'] {
  const object = objectOf(value);
  if (object === undefined) return undefined;
  const currency = object['currency'];
  const amount = amountOf(object['amount']);
  if (
    typeof currency !== 'string' ||
    !/^[A-Za-z]{3}$/.test(currency) ||
    !(Math.abs(amount) < maxAmount)
  )
    return undefined;
  // No currency counts in less than thousandths; as such they add up exactly, in whatever order.
  return { currency: currency.toUpperCase(), amount: Math.round(amount * 1_000) / 1_000 };
}

function objectOf(value: unknown): JsonObject | undefined {
  if (typeof value === 'string') {
    const read = readBody(value);
    return 'body' in read ? read.body : undefined;
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === '1';
}

export function expected(what: string, came: unknown): string {
  return `expected ${what}, got ${came === undefined ? 'nothing' : shown(came)}`;
}
