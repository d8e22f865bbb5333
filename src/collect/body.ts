import { isDeeper } from '../lib/json-depth.ts';
import { type Invalid, invalid, shown } from './candidate.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Bytes a hit's body may have. A pageview has a few hundred; 30 props of common length stay far
 * below.
 */
export const maxBodyBytes = 16_384;

/** Levels of objects and lists in it. */
const maxBodyDepth = 100;

/** A body that is one JSON object whose texts can be stored, searched and given back unchanged. */
export function readBody(text: string): { readonly body: JsonObject } | Invalid {
  const parsed = parseBody(text);
  return 'invalid' in parsed ? parsed : readObject(parsed.value, text.includes('\\u'));
}

export function parseBody(text: string): { readonly value: unknown } | Invalid {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return invalid(
      'body',
      `expected a JSON object, got ${text === '' ? 'nothing' : (error as Error).message}`,
    );
  }
}

/** The same of a value that was parsed. `hasEscapes`: its text had some of Unicode. */
export function readObject(
  body: unknown,
  hasEscapes: boolean,
): { readonly body: JsonObject } | Invalid {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return invalid('body', `expected a JSON object, got ${shown(body)}`);
  }
  if (isDeeper(body, maxBodyDepth)) {
    return invalid(
      'body',
      `expected objects and lists at most ${maxBodyDepth} deep, got deeper ones`,
    );
  }
  if (hasEscapes && hasBrokenText(body)) {
    return invalid('body', 'expected well-formed Unicode, got a lone surrogate or U+0000');
  }
  return { body: body as JsonObject };
}

/** Control characters: no name, address or key has them; values may have tabs and line breaks. */
export function hasControls(text: string): boolean {
  return /[\u0000-\u001f\u007f]/.test(text);
}

/**
 * JSON.stringify writes `\ud8xx` only for a surrogate without its partner: no JSON reader would
 * take it back.
 */
export function hasBrokenText(body: unknown): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\u(?:d[89a-f]|0000)/.test(JSON.stringify(body));
}
