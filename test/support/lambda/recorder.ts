import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request to DynamoDB: its action, such as `PutItem`, and its body. */
export type Recorded = { readonly action: string; readonly body: Record<string, unknown> };

export type Recorder = {
  readonly url: string;
  readonly requests: readonly Recorded[];
  close(): Promise<void>;
};

/**
 * A proxy in front of a DynamoDB that records all requests. Each is passed on when `before` has
 * resolved.
 */
export async function openRecorder(
  dynamoUrl: string,
  before: (request: Recorded) => Promise<void> = async () => {},
): Promise<Recorder> {
  const requests: Recorded[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const action = String(request.headers['x-amz-target']).split('.')[1]!;
    const recorded = { action, body: JSON.parse(body.toString()) as Record<string, unknown> };
    requests.push(recorded);
    await before(recorded);
    const { host: _, connection: __, ...headers } = request.headers;
    const answer = await fetch(dynamoUrl, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body,
    });
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? '',
      date: answer.headers.get('date') ?? '',
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
