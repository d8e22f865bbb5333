import type { Hit } from '../collect/hit.ts';
import { ledgerFacts } from '../ledger/tables.ts';
import { DaybookError } from '../lib/errors.ts';

/** A hit of an export: its day, when it was received in ms, and the hit as it was stored. */
export type ExportedHit = { readonly day: string; readonly receivedAtMs: number; readonly hit: Hit };

/** One hit as `asText` (`formats.ts`) tells it in JSON. */
type Line = Readonly<Record<string, unknown>>;

/** `utm_source` → `utmSource`. */
const fieldOf = (column: string) =>
  column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof Hit;
const textFields = ledgerFacts.map((column) => [column, fieldOf(column)] as const);

/** Reads one line. Throws `bad-input` where it is no hit; `where` names it. */
export function readHitLine(text: string, where: string): ExportedHit {
  let line: Line;
  try {
    line = JSON.parse(text) as Line;
  } catch {
    throw new DaybookError('bad-input', `${where}: expected JSON`);
  }
  const expect = (column: string, expected: string, holds: (value: unknown) => boolean) => {
    const value = line?.[column];
    if (!holds(value))
      throw new DaybookError(
        'bad-input',
        `${where}: ${column}: expected ${expected}, got ${JSON.stringify(value)?.slice(0, 100)}`,
      );
  };
  const time = Date.parse(String(line?.['time']));
  expect('time', 'an ISO 8601 time', () => Number.isSafeInteger(time));
  for (const column of ['id', 'visitor']) expect(column, '16 hex digits', isId);
  expect('name', 'a text', (value) => isText(value) && value !== '');
  for (const column of ['day', 'page']) expect(column, 'a text', isText);
  expect('delay_ms', 'a whole number', Number.isSafeInteger);
  for (const column of ['hostname', 'currency', 'sent', ...ledgerFacts])
    expect(column, 'a text or null', isTextOrNull);
  for (const column of ['scroll_depth', 'engaged_ms', 'amount'])
    expect(column, 'a number or null', (value) => value == null || typeof value === 'number');
  expect('interactive', 'true or false', (value) => typeof value === 'boolean');
  expect('props', 'texts by name, or null', isTexts);
  return {
    day: line['day'] as string,
    receivedAtMs: time + (line['delay_ms'] as number),
    hit: hitOf(line, time),
  };
}

/** In the order in which a hit is stored when it is collected. */
function hitOf(line: Line, time: number): Hit {
  const text = (column: string) => line[column] as string;
  const hit: Record<string, unknown> = {
    ...{ id: text('id'), time, name: text('name'), visitor: text('visitor') },
    ...{ hostname: line['hostname'] ?? '', page: text('page'), channel: line['channel'] ?? undefined },
  };
  for (const [column, field] of textFields) hit[field] = line[column] ?? undefined;
  if (line['interactive'] === false) hit['interactive'] = false;
  hit['props'] = line['props'] ?? undefined;
  if (line['currency'] != null) hit['revenue'] = { currency: line['currency'], amount: line['amount'] };
  // A pageview's are what its engagements add up to: they are counted again when its day is closed.
  if (line['name'] === 'engagement') {
    hit['scrollDepth'] = line['scroll_depth'] ?? undefined;
    hit['engagedMs'] = line['engaged_ms'] ?? undefined;
  }
  if (line['sent'] != null) hit['sent'] = JSON.parse(text('sent'));
  return hit as Hit;
}

const isId = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{16}$/.test(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown) => value == null || typeof value === 'string';
const isTexts = (value: unknown) =>
  value == null || (typeof value === 'object' && Object.values(value).every(isText));
