import { DaybookError } from '../lib/errors.ts';
import { normalizedPage } from '../lib/page-path.ts';
import { isDay } from '../lib/site-days.ts';
import { type MadeHit, textColumns } from '../model/fields.ts';
import type { Hit } from '../model/hit.ts';

/** A hit of an export: its day, when it was received in ms, and the hit as it was stored. */
export type ExportedHit = {
  readonly day: string;
  readonly receivedAtMs: number;
  readonly hit: Hit;
};

/** One hit in JSON, as `asText` (`formats.ts`) writes it. */
type Line = Readonly<Record<string, unknown>>;

const isId = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value);

const isText = (value: unknown) => typeof value === 'string';

const isNumber = (value: unknown) => typeof value === 'number';

const isNone = (value: unknown) => value === null || value === undefined;

const isTexts = (value: unknown) =>
  typeof value === 'object' && !Array.isArray(value) && Object.values(value!).every(isText);

function isObjectText(value: unknown): boolean {
  try {
    const read: unknown = typeof value === 'string' ? JSON.parse(value) : undefined;
    return typeof read === 'object' && read !== null && !Array.isArray(read);
  } catch {
    return false;
  }
}

type Check = readonly [column: string, expected: string, holds: (value: unknown) => boolean];

const required: readonly Check[] = [
  ['time', 'a text', isText],
  ['id', '16 hex digits', isId],
  ['visitor', '16 hex digits', isId],
  ['name', 'a text', (value) => isText(value) && value !== ''],
  ['day', 'a day such as 2026-11-22', (value) => typeof value === 'string' && isDay(value)],
  ['page', 'a text', isText],
  ['interactive', 'true or false', (value) => typeof value === 'boolean'],
  ['delay_ms', 'a whole number', Number.isSafeInteger],
];

const optional: readonly Check[] = [
  ['sent', 'the text of a JSON object', isObjectText],
  ...['hostname', 'currency', ...textColumns].map((column) => [column, 'a text', isText] as const),
  ...['scroll_depth', 'engaged_ms', 'amount'].map(
    (column) => [column, 'a number', isNumber] as const,
  ),
  ['props', 'texts by name', isTexts],
];

/** Reads one line. Throws `bad-input` where it is no hit; `where` names it. */
export function readHitLine(text: string, where: string): ExportedHit {
  let line: Line | null;
  try {
    line = JSON.parse(text) as Line | null;
  } catch {
    throw new DaybookError('bad-input', `${where}: expected JSON`);
  }
  if (typeof line !== 'object' || line === null)
    throw new DaybookError('bad-input', `${where}: expected a JSON object`);
  for (const check of required) if (!check[2](line[check[0]])) throw refusal(where, check, line);
  for (const check of optional) {
    const value = line[check[0]];
    if (!isNone(value) && !check[2](value)) throw refusal(where, check, line);
  }
  const time = Date.parse(line['time'] as string);
  if (!Number.isSafeInteger(time)) throw refusal(where, ['time', 'an ISO 8601 time', isText], line);
  return {
    day: line['day'] as string,
    receivedAtMs: time + (line['delay_ms'] as number),
    hit: hitOf(line, time),
  };
}

function refusal(where: string, [column, expected]: Check, line: Line): DaybookError {
  const came = JSON.stringify(line[column])?.slice(0, 100);
  return new DaybookError(
    'bad-input',
    `${where}: ${column}: expected ${expected}, got ${came ?? 'nothing'}`,
  );
}

/**
 * In the order in which a hit is stored when it is collected. Written out, as this is the hot path:
 * JSON leaves out what is undefined.
 */
function hitOf(line: Line, time: number): Hit {
  const known = <T>(column: string) => (line[column] ?? undefined) as T | undefined;
  const isEngagement = line['name'] === 'engagement';
  const currency = known<string>('currency');
  const sent = known<string>('sent');
  const asSent = line['page'] as string;
  const page = normalizedPage(asSent);
  const hit = {
    id: line['id'] as string,
    time,
    name: line['name'] as string,
    visitor: line['visitor'] as string,
    hostname: known<string>('hostname') ?? '',
    page,
    channel: known('channel'),
    referrer: known('referrer'),
    source: known('source'),
    utmSource: known('utm_source'),
    utmMedium: known('utm_medium'),
    utmCampaign: known('utm_campaign'),
    utmContent: known('utm_content'),
    utmTerm: known('utm_term'),
    browser: known('browser'),
    browserVersion: known('browser_version'),
    os: known('os'),
    osVersion: known('os_version'),
    device: known('device'),
    country: known('country'),
    region: known('region'),
    city: known('city'),
    language: known('language'),
    screen: known('screen'),
    title: known('page_title'),
    robot: known('robot'),
    interactive: line['interactive'] === false ? false : undefined,
    props: known('props'),
    revenue: currency === undefined ? undefined : { currency, amount: line['amount'] as number },
    // A pageview's are what its engagements add up to: they are counted again when its day is
    // closed.
    scrollDepth: isEngagement ? known('scroll_depth') : undefined,
    engagedMs: isEngagement ? known('engaged_ms') : undefined,
    sent:
      sent === undefined
        ? undefined
        : {
            ...(JSON.parse(sent) as Record<string, unknown>),
            ...(page !== asSent && { pagePath: asSent }),
          },
  } satisfies MadeHit;
  return hit as Hit;
}
