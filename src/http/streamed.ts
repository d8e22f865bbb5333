/**
 * Texts are sent in pieces of about this size: large enough to be cheap, small enough not to pile
 * up.
 */
const pieceChars = 65_536;

/** The same of bytes, in the pieces in which they come. */
export function streamedBytes(pieces: AsyncGenerator<Uint8Array>, type: string): Response {
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await pieces.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(body, { headers: headersOf(type) });
}

const headersOf = (type: string) => ({
  'Content-Type': type,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
});

/**
 * Answers with texts as they come, no faster than the reader takes them. An error midway cuts the
 * connection.
 */
export function streamed(
  texts: AsyncGenerator<string>,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let piece = '';
      while (piece.length < pieceChars) {
        const next = await texts.next();
        if (next.done) {
          if (piece !== '') controller.enqueue(encoder.encode(piece));
          controller.close();
          return;
        }
        piece += next.value;
      }
      controller.enqueue(encoder.encode(piece));
    },
    async cancel() {
      await texts.return(undefined);
    },
  });
  return new Response(body, {
    headers: { ...headersOf(type), ...headers },
  });
}
