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
 * Answers with texts as they come, no faster than the reader takes them. Rejects where the first
 * piece cannot be read; an error midway cuts the connection.
 */
export async function streamed(
  texts: AsyncGenerator<string>,
  type: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const encoder = new TextEncoder();
  // Before the answer begins: one that could not be read is none of status 200.
  let first: Piece | undefined = await pieceOf(texts);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { text, isLast } = first ?? (await pieceOf(texts));
      first = undefined;
      if (text !== '') controller.enqueue(encoder.encode(text));
      if (isLast) controller.close();
    },
    async cancel() {
      await texts.return(undefined);
    },
  });
  return new Response(body, {
    headers: { ...headersOf(type), ...headers },
  });
}

type Piece = { readonly text: string; readonly isLast: boolean };

async function pieceOf(texts: AsyncGenerator<string>): Promise<Piece> {
  let text = '';
  while (text.length < pieceChars) {
    const next = await texts.next();
    if (next.done) return { text, isLast: true };
    text += next.value;
  }
  return { text, isLast: false };
}
