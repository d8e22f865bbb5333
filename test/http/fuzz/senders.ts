import { connect } from 'node:net';
import type { Chance } from '../../../src/entry/demo/chance.ts';
import type { GatewayAnswer } from '../../../src/entry/lambda/answer.ts';
import { mutatedBytes, mutatedJson } from './mutate.ts';
import type { FuzzRequest } from './requests.ts';
import { oneOf } from './values.ts';

/** The way a request is sent: over the wire, or as an event of API Gateway. */
export type Sending = {
  readonly way: 'wire' | 'damaged wire' | 'event 1.0' | 'event 2.0' | 'damaged event';
  /** What is sent, so that it can be sent again: latin1 text of bytes, or JSON. */
  readonly text: string;
};

/** `share` of `damaged` is wrong as HTTP, or as an event: its bytes or its parts were changed. */
export function sendingOf(chance: Chance, request: FuzzRequest): Sending {
  const way = chance.pick<Sending['way']>([
    ['wire', 60],
    ['damaged wire', request.plain ? 0 : 8],
    ['event 1.0', 14],
    ['event 2.0', 14],
    ['damaged event', request.plain ? 0 : 4],
  ]);
  if (way === 'wire') return { way, text: wireOf(request).toString('latin1') };
  if (way === 'damaged wire')
    return { way, text: mutatedBytes(chance, wireOf(request)).toString('latin1') };
  const isV1 = way === 'event 1.0' || (way === 'damaged event' && chance.happens(0.5));
  const event = isV1 ? eventV1(chance, request) : eventV2(chance, request);
  return {
    way,
    text: way === 'damaged event' ? mutatedJson(chance, event) : JSON.stringify(event),
  };
}

function wireOf({ method, target, headers, body }: FuzzRequest): Buffer {
  const hasBody = body.length > 0 || method === 'POST' || method === 'PUT';
  const lines = [
    `${method} ${target} HTTP/1.1`,
    'Host: fuzz.test',
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(hasBody ? [`Content-Length: ${body.length}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

function commonOf(chance: Chance, { headers, body }: FuzzRequest) {
  const isBase64Encoded = body.length > 0 && chance.happens(0.5);
  return {
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: body.length === 0 ? null : body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

const partsOf = (target: string) => {
  const [path = '', query = ''] = target.split('?', 2);
  return { path, query };
};

/** API Gateway unescapes the path of payload 2.0. */
function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function eventV2(chance: Chance, request: FuzzRequest): object {
  const { path, query } = partsOf(request.target);
  const { headers, ...common } = commonOf(chance, request);
  const { cookie, ...others } = headers;
  return {
    version: '2.0',
    rawPath: chance.happens(0.5) ? unescaped(path) : path,
    rawQueryString: query,
    headers: others,
    ...(cookie !== undefined && { cookies: cookie.split(';') }),
    ...common,
    requestContext: {
      ...{ stage: '$default', domainName: 'd.example' },
      http: { method: request.method, path, sourceIp: '192.0.2.7' },
    },
  };
}

function eventV1(chance: Chance, request: FuzzRequest): object {
  const { path, query } = partsOf(request.target);
  const values: Record<string, string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(query))
    values[name] = [...(values[name] ?? []), value];
  const last = Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1)!]));
  const { headers, ...common } = commonOf(chance, request);
  return {
    version: '1.0',
    path: chance.happens(0.5) ? unescaped(path) : path,
    httpMethod: request.method,
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, one]) => [name, [one]]),
    ),
    queryStringParameters: query === '' ? null : last,
    multiValueQueryStringParameters: query === '' ? null : values,
    ...common,
    requestContext: {
      ...{ stage: oneOf(chance, ['$default', 'prod']), domainName: 'd.example' },
      identity: { sourceIp: '192.0.2.7' },
    },
  };
}

/** `status` is undefined where the connection was closed without an answer, or hangs: `body` says it. */
export type Answered = { readonly status: number | undefined; readonly body: string };

/** Longer than a question may wait and compute, on a busy machine: what comes later hangs. */
const hangsMs = 180_000;

/** A sender whose request is not complete goes away after this. */
const givesUpMs = 100;

/** Sends bytes on a connection of their own; resolves when the other side has closed it. */
export function sendBytes(port: number, { way, text }: Sending): Promise<Answered> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    const hangs = setTimeout(() => {
      socket.destroy();
      resolve({ status: undefined, body: `within ${hangsMs} ms` });
    }, hangsMs);
    const givesUp = way === 'wire' ? undefined : setTimeout(() => socket.end(), givesUpMs);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // The other side may close before it has read all: that is no fault of what it has answered.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(hangs);
      clearTimeout(givesUp);
      resolve(readAnswer(Buffer.concat(chunks).toString('latin1')));
    });
    socket.write(Buffer.from(text, 'latin1'));
  });
}

function readAnswer(text: string): Answered {
  const [, status, rest = ''] =
    /^(?:HTTP\/1\.1 1\d\d[\s\S]*?\r\n\r\n)*HTTP\/1\.1 (\d+)([\s\S]*)/.exec(text) ?? [];
  return {
    status: status === undefined ? undefined : Number(status),
    body: rest.slice(rest.indexOf('\r\n\r\n') + 4),
  };
}

/** A handler that rejects is a 502 of API Gateway. */
export async function sendEvent(
  handler: (event: unknown) => Promise<GatewayAnswer>,
  text: string,
): Promise<Answered> {
  try {
    const { statusCode, body, isBase64Encoded } = await handler(JSON.parse(text));
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    return { status: statusCode, body: bytes.toString('utf8') };
  } catch (error) {
    return { status: 502, body: String((error as Error).stack) };
  }
}
