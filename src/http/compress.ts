import { pipeline, Readable } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

/** How an answer may be sent, the best first. */
export const encodings = ['br', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

/** The best encoding that a sender of `Accept-Encoding` takes; undefined: as it is (RFC 9110). */
export function encodingFor(acceptEncoding: string | undefined): Encoding | undefined {
  if (acceptEncoding === undefined) return undefined;
  const weights = new Map(
    acceptEncoding
      .toLowerCase()
      .split(',')
      .map((part) => {
        const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
        const weight = parameters.find((text) => text.startsWith('q='))?.slice(2);
        return [name, weight === undefined ? 1 : Number(weight)] as const;
      }),
  );
  return encodings.find((name) => (weights.get(name) ?? weights.get('*') ?? 0) > 0);
}

/** Shorter answers would hardly become shorter. */
const fromBytes = 1_024;

const isText = /^(text\/|application\/(json|x-ndjson|javascript)|image\/svg)/;

type Fetch = (request: Request, ...more: never[]) => Response | Promise<Response>;

/**
 * An app whose long texts are compressed for whoever takes that, streams as they come. Hits are
 * posted far more often than anything is read, and their answers are short: these pass untouched.
 */
export function compressed<F extends Fetch>(app: F): F {
  const answer = async (request: Request, ...more: never[]) => {
    const response = await app(request, ...more);
    if (request.method === 'POST' && !request.url.includes('/api/v2/')) return response;
    return compress(response, request.headers.get('accept-encoding') ?? undefined);
  };
  return answer as F;
}

async function compress(response: Response, acceptEncoding: string | undefined): Promise<Response> {
  const { body, headers, status, statusText } = response;
  const isPlain =
    !headers.has('content-encoding') &&
    !/no-transform/.test(headers.get('cache-control') ?? '') &&
    isText.test(headers.get('content-type') ?? '');
  if (body === null || !isPlain) return response;
  const reader = body.getReader();
  const { pieces, ended } = await readSome(reader);
  const all = new Headers(headers);
  const again = { status, statusText, headers: all };
  if (ended && lengthOf(pieces) < fromBytes) return new Response(Buffer.concat(pieces), again);
  if (!/accept-encoding/i.test(all.get('Vary') ?? '')) all.append('Vary', 'Accept-Encoding');
  const encoding = encodingFor(acceptEncoding);
  const texts = Readable.from(theRest(pieces, reader));
  if (encoding === undefined) return new Response(webStream(texts), again);
  all.set('Content-Encoding', encoding);
  all.delete('Content-Length');
  const compressor = encoding === 'br' ? createBrotliCompress(quick) : createGzip({ level: 5 });
  // An error midway reaches the reader, who would else take half an answer for a whole one.
  pipeline(texts, compressor, () => {});
  return new Response(webStream(compressor), again);
}

const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

type Reader = ReadableStreamDefaultReader<Uint8Array>;

const webStream = (stream: Readable) => Readable.toWeb(stream) as ReadableStream<Uint8Array>;

const lengthOf = (pieces: readonly Uint8Array[]) =>
  pieces.reduce((sum, { length }) => sum + length, 0);

/** Reads until it is clear whether the text is long. */
async function readSome(reader: Reader): Promise<{ pieces: Uint8Array[]; ended: boolean }> {
  const pieces: Uint8Array[] = [];
  while (lengthOf(pieces) < fromBytes) {
    const { done, value } = await reader.read();
    if (done) return { pieces, ended: true };
    pieces.push(value);
  }
  return { pieces, ended: false };
}

async function* theRest(pieces: readonly Uint8Array[], reader: Reader): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
