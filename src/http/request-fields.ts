import type { Context } from 'hono';
import { hasBrokenText } from '../collect/body.ts';
import { isDeeper } from '../lib/json-depth.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import { requestBytes, requestText } from './request-text.ts';

/** Bytes that settings, goals and erasures may have. */
export const maxFieldsBytes = 262_144;

const maxDepth = 50;

/** Fields of a JSON object or of a form. Throws `bad-input` where it is neither. */
export async function readFields(
  c: Context,
  { maxBytes, mayBeEmpty }: { readonly maxBytes: number; readonly mayBeEmpty?: true },
): Promise<Record<string, unknown>> {
  const type = c.req.header('content-type') ?? '';
  const fields = /^multipart\/form-data/i.test(type)
    ? await multipartFields(await requestBytes(c, maxBytes), type)
    : textFields((await requestText(c, maxBytes)) || (mayBeEmpty ? '{}' : ''), type);
  if (hasBrokenText(fields))
    throw refusedField('body', 'expected well-formed Unicode, got a lone surrogate or U+0000');
  return fields;
}

function textFields(text: string, type: string): Record<string, unknown> {
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
  throw refusedField(
    'body',
    `expected a JSON object, or a form, got ${text === '' ? 'nothing' : quoted(text.slice(0, 60))}`,
  );
}

async function multipartFields(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<Record<string, unknown>> {
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { 'Content-Type': type } }).formData();
  } catch {
    throw refusedField('body', `expected JSON, or the parts of a form, as its Content-Type says`);
  }
  for (const [name, value] of form)
    if (typeof value !== 'string') throw refusedField(name, 'expected a text, got a file');
  return Object.fromEntries(form);
}

/** Of a switch in a query string or in a body. */
export const isTrue = (value: unknown): boolean =>
  value === true || value === 'true' || value === '1' || value === 'yes';
