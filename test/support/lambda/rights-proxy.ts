import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RightsProxy = {
  readonly url: string;
  /** Calls that were refused, such as `Query DeployHits`. */
  readonly refused: readonly string[];
  close(): Promise<void>;
};

/** A proxy in front of a DynamoDB that refuses, as a role does, every call that is not allowed. */
export async function openRightsProxy(
  target: string,
  table: string,
  allowed: readonly string[],
): Promise<RightsProxy> {
  const refused: string[] = [];
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const action = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const { TableName = '' } = JSON.parse(body.toString() || '{}') as { TableName?: string };
    if (!allowed.includes(action) || TableName !== table) {
      refused.push(`${action} ${TableName}`);
      const message = `User is not authorized to perform: dynamodb:${action}`;
      response.writeHead(400, { 'Content-Type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'AccessDeniedException', message }));
      return;
    }
    const { hostname, port } = new URL(target);
    const { method, url: path, headers } = incoming;
    const out = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    out.on('error', () => response.destroy());
    out.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    refused,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
