import type { Context } from 'hono';
import { DaybookError } from '../lib/errors.ts';
import { isDeeper } from '../lib/json-depth.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { requestText } from './request-text.ts';

/** A batch of queries whose filters are as deep as they may be has some 25 levels. */
const maxDepth = 50;

type Limits = { readonly maxBytes: number; readonly maxStrangerBytes?: number };

/** A body that is one JSON object. Throws `bad-input`, or `too-large` beyond the sender's limit. */
export async function readJson(
  c: Context,
  { maxBytes, maxStrangerBytes = maxBytes }: Limits,
  isStranger: boolean,
): Promise<Record<string, unknown>> {
  const text = await requestText(c, maxBytes);
  const bytes = Buffer.byteLength(text);
  if (isStranger && bytes > maxStrangerBytes) {
    const most = `at most ${maxStrangerBytes} bytes without the owner key`;
    const problem = `expected ${most}; got ${bytes}`;
    throw new DaybookError('too-large', problem, { fields: { body: [problem] } });
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw refused(`expected a JSON object, got ${(error as Error).message}`);
  }
  if (isDeeper(body, maxDepth))
    throw refused(`expected objects and lists at most ${maxDepth} deep`);
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>;
  throw refused('expected a JSON object');
}

const refused = (problem: string) => refusedField('body', problem);
