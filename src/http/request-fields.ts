import type { Context } from 'hono';
import { DaybookError } from '../lib/errors.ts';
import { isDeeper } from '../lib/json-depth.ts';
import { requestText } from './request-text.ts';

const maxFieldsBytes = 262_144;

const maxDepth = 50;

/** Fields of a JSON object or of a form. Throws `bad-input` where it is neither. */
export async function readFields(c: Context): Promise<Record<string, unknown>> {
  const type = c.req.header('content-type') ?? '';
  if (/^multipart\/form-data/i.test(type)) return c.req.parseBody();
  const text = await requestText(c, maxFieldsBytes);
  // What curl sends is called a form unless one says otherwise.
  if (/^application\/x-www-form-urlencoded/i.test(type) && !text.trimStart().startsWith('{'))
    return Object.fromEntries(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text);
    if (
      typeof body === 'object' &&
      body !== null &&
      !Array.isArray(body) &&
      !isDeeper(body, maxDepth)
    )
      return body as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new DaybookError('bad-input', 'expected a JSON object, or a form');
}

/** Of a switch in a query string or in a body. */
export const isTrue = (value: unknown): boolean =>
  value === true || value === 'true' || value === '1' || value === 'yes';
