import type { Context } from 'hono';
import { DaybookError } from '../lib/errors.ts';

/** The body as text; throws `too-large` beyond `maxBytes`, without reading further. */
export async function requestText(c: Context, maxBytes: number): Promise<string> {
  const declared = c.req.header('content-length');
  if (declared !== undefined) {
    if (Number(declared) > maxBytes) throw tooLarge(Number(declared), maxBytes);
    return c.req.text();
  }
  // As `text()` does: a byte order mark at the start is no part of the text.
  return new TextDecoder().decode(await readPieces(c, maxBytes));
}

/** The body as bytes; throws `too-large` beyond `maxBytes`, without reading further. */
export async function requestBytes(c: Context, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const declared = Number(c.req.header('content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge(declared, maxBytes);
  return readPieces(c, maxBytes);
}

async function readPieces(c: Context, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const stream = c.req.raw.body;
  if (stream === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(bytes, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(bytes: number, maxBytes: number): DaybookError {
  const problem = `expected at most ${maxBytes} bytes, got ${bytes}`;
  return new DaybookError('too-large', problem, { fields: { body: [problem] } });
}
