import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What can go wrong with a request to a store:
 *   throttled  it is refused for now, before anything is done
 *   failed     the answer is 500, and nothing is done
 *   reset      the connection ends before the store gets the request
 *   lost       the store does it, but the connection ends before the answer
 *   cut        the store does it, but only half of the answer arrives
 *   late       the store does it, but until the client waits no longer no answer comes
 *   stuck      no answer ever comes, and nothing is done
 *   partly     the store accepts half of a batch, and the answer says so
 */
export const faults = [
  'throttled',
  'failed',
  'reset',
  'lost',
  'cut',
  'late',
  'stuck',
  'partly',
] as const;
export type Fault = (typeof faults)[number] | Denied;

/** For good: it is not allowed. Nobody tries that again. */
type Denied = 'denied';

export type FaultProxy = {
  readonly url: string;
  /** Makes the next `times` requests fail in this way; without `times`, all until the next plan. */
  plan(fault: Fault | undefined, times?: number): void;
  /** How many requests have failed since the plan was made. */
  met(): number;
  close(): Promise<void>;
};

type Answer = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
};

/** A proxy in front of a DynamoDB or an S3 that makes requests fail as planned. */
export async function openFaultProxy(target: string): Promise<FaultProxy> {
  let fault: Fault | undefined;
  let left = 0;
  let met = 0;

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const mine = left > 0 ? fault : undefined;
    if (mine === undefined) return pass(response, await forward(incoming, body));
    left--;
    met++;
    if (mine === 'reset') return void response.destroy();
    if (mine === 'stuck') return;
    if (mine === 'throttled' || mine === 'failed' || mine === 'denied')
      return refuse(incoming, response, mine);
    if (mine === 'partly' && isBatch(incoming))
      return pass(response, await forwardHalf(incoming, body));
    const answer = await forward(incoming, body);
    if (mine === 'lost') return void response.destroy();
    if (mine === 'late') return;
    if (mine === 'cut') return cut(response, answer);
    pass(response, answer);
  }

  function forward(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const { method, headers, url } = incoming;
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(target);
      const { expect: _, ...rest } = headers;
      const out = request(
        { hostname, port, method, path: url, headers: rest, agent: false },
        (answer) => {
          read(answer).then(
            (content) =>
              resolve({ status: answer.statusCode!, headers: answer.headers, body: content }),
            reject,
          );
        },
      );
      out.on('error', reject);
      out.end(body);
    });
  }

  async function forwardHalf(incoming: IncomingMessage, body: Buffer): Promise<Answer> {
    const asked = JSON.parse(body.toString()) as { RequestItems: Record<string, unknown[]> };
    const [[table, items] = ['', []]] = Object.entries(asked.RequestItems);
    const half = Math.ceil(items.length / 2);
    const taken = Buffer.from(
      JSON.stringify({ ...asked, RequestItems: { [table]: items.slice(0, half) } }),
    );
    incoming.headers['content-length'] = String(taken.length);
    const answer = await forward(incoming, taken);
    const answered = JSON.parse(answer.body.toString()) as Record<string, unknown>;
    const left = items.length > half ? { [table]: items.slice(half) } : {};
    const changed = Buffer.from(JSON.stringify({ ...answered, UnprocessedItems: left }));
    const { 'x-amz-crc32': _, ...headers } = answer.headers;
    return {
      ...answer,
      headers: { ...headers, 'content-length': String(changed.length) },
      body: changed,
    };
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan(next, times = Number.POSITIVE_INFINITY) {
      fault = next;
      left = next === undefined ? 0 : times;
      met = 0;
    },
    met: () => met,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const isBatch = ({ headers }: IncomingMessage) =>
  String(headers['x-amz-target']).endsWith('BatchWriteItem');

function refuse(
  { headers }: IncomingMessage,
  response: ServerResponse,
  fault: 'throttled' | 'failed' | Denied,
): void {
  const dynamo = headers['x-amz-target'] !== undefined;
  const status = { failed: 500, denied: dynamo ? 400 : 403, throttled: dynamo ? 400 : 503 }[fault];
  const [dynamoCode, s3Code] = {
    failed: ['InternalServerError', 'InternalError'],
    denied: ['AccessDeniedException', 'AccessDenied'],
    throttled: ['ProvisionedThroughputExceededException', 'SlowDown'],
  }[fault] as [string, string];
  const type = `com.amazonaws.dynamodb.v20120810#${dynamoCode}`;
  const body = dynamo
    ? JSON.stringify({ __type: type, message: fault })
    : `<?xml version="1.0"?><Error><Code>${s3Code}</Code><Message>${fault}</Message></Error>`;
  response.writeHead(status, {
    'Content-Type': dynamo ? 'application/x-amz-json-1.0' : 'application/xml',
  });
  response.end(body);
}

function pass(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers);
  response.end(body);
}

function cut(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': String(body.length) });
  response.write(body.subarray(0, body.length >> 1), () => response.destroy());
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
