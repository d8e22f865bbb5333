import { gzipSync } from 'node:zlib';
import { DaybookError } from '../../lib/errors.ts';
import type { Gateway } from './event.ts';

/** What a function gives back to API Gateway, in either payload version. */
export type GatewayAnswer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
  readonly body: string;
  readonly isBase64Encoded: boolean;
};

/** Lambda takes 6 MB (6,291,556 bytes) of answer as JSON text, headers and all. */
export const maxAnswerBytes = 6_200_000;

/** As many bytes of rows as are an answer in any case: base64 makes four of three. */
export const maxRowBytes = 4_500_000;

/**
 * The same where a REST API may be in front, which takes text alone: as part of a JSON text, every
 * quote and backslash of the rows takes two bytes.
 */
export const maxRestRowBytes = 3_000_000;

/**
 * No answer is read further than this: compressed it might still fit, but memory is bounded too.
 */
const maxReadBytes = 48 * 1024 ** 2;

const gzipFromBytes = 1_024;

const isText = /^(text\/|application\/(json|x-ndjson|javascript)|image\/svg)/;

/**
 * Turns an answer into the one that API Gateway takes: text as it is, everything else as base64,
 * long texts compressed where the sender takes gzip. A REST API gives base64 to browsers as it is,
 * unless its owner has set `binaryMediaTypes`: through one, text is always plain text. Rejects with
 * `too-large` where Lambda would not let it through.
 */
export async function toGateway(
  response: Response,
  gateway: Gateway,
  acceptsGzip: boolean,
): Promise<GatewayAnswer> {
  const textOnly = gateway === 'rest';
  const read = await readAll(response);
  const { headers: given } = response;
  // What was compressed when it was built is no text any more.
  const text = isText.test(given.get('content-type') ?? '') && !given.has('content-encoding');
  const gzipped = acceptsGzip && !textOnly && text && read.length >= gzipFromBytes;
  const bytes = gzipped ? gzipSync(read, { level: 5 }) : read;
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) if (name !== 'set-cookie') headers[name] = value;
  if (gzipped) headers['content-encoding'] = 'gzip';
  if (text && !textOnly && read.length >= gzipFromBytes) headers['vary'] = 'Accept-Encoding';
  const { body, isBase64Encoded } = bodyOf(bytes, (text && !gzipped) || bytes.length === 0);
  if (body === undefined || (textOnly && text && isBase64Encoded))
    throw tooLarge(read.length, textOnly);
  const cookies = response.headers.getSetCookie();
  return {
    statusCode: response.status,
    headers,
    ...(cookies.length > 0 &&
      (gateway === 'http-2' ? { cookies } : { multiValueHeaders: { 'set-cookie': cookies } })),
    body,
    isBase64Encoded,
  };
}

/** The shorter of JSON text and base64; undefined where neither is short enough. */
function bodyOf(
  bytes: Buffer,
  text: boolean,
): { body: string | undefined; isBase64Encoded: boolean } {
  const base64Length = Math.ceil(bytes.length / 3) * 4;
  if (text) {
    const body = bytes.toString('utf8');
    const fits =
      bytes.length * 6 < maxAnswerBytes || Buffer.byteLength(JSON.stringify(body)) < maxAnswerBytes;
    if (fits) return { body, isBase64Encoded: false };
  }
  if (base64Length >= maxAnswerBytes) return { body: undefined, isBase64Encoded: true };
  return { body: bytes.toString('base64'), isBase64Encoded: true };
}

async function readAll({ body }: Response): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxReadBytes) throw tooLarge(bytes, true);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/** `isFinal`: compressing would be of no use, or cannot be done. */
function tooLarge(bytes: number, isFinal: boolean): DaybookError {
  return new DaybookError(
    'too-large',
    `the answer has ${bytes} bytes or more and Lambda lets 6 MB through: ` +
      'ask for fewer days (from, to) or rows (Limit)' +
      (isFinal ? '' : ', or take it compressed (Accept-Encoding: gzip)'),
  );
}
