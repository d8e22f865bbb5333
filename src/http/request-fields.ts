import type { Context } from 'hono';
import { DaybookError } from '../lib/errors.ts';
import { requestText } from './request-text.ts';

const maxFieldsBytes = 262_144;

/** Fields of a JSON object or of a form. Throws `bad-input` where it is neither. */
export async function readFields(c: Context): Promise<Record<string, unknown>> {
  const type = c.req.header('content-type') ?? '';
  if (/^(multipart\/form-data|application\/x-www-form-urlencoded)/i.test(type)) return c.req.parseBody();
  const text = await requestText(c, maxFieldsBytes);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return body as Record<string, unknown>;
  } catch {
    // said below
  }
  throw new DaybookError('bad-input', 'expected a JSON object, or a form');
}
