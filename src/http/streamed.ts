/**
 * Texts are sent in pieces of about this size: large enough to be cheap, small enough not to pile
 * up.
 */
const pieceChars = 65_536;

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
    headers: {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...headers,
    },
  });
}
