import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A function's result, in the form that API Gateway expects. */
type Answer = {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
};

export type GatewayOptions = {
  /** `REST`: of a REST API without binary media types, which hands base64 on as it is. */
  readonly payload: '1.0' | '2.0' | 'REST';
  /** The stage is the first part of a path, except for `$default`. */
  readonly stage: string;
  /** The function of a method and a path (without the stage); undefined: 404. */
  readonly route: (
    method: string,
    path: string,
  ) => ((event: unknown) => Promise<unknown>) | undefined;
  /** Whether every body is in base64; else only those whose type is no text. */
  readonly alwaysBase64?: boolean;
};

export type Gateway = { readonly url: string; close(): Promise<void> };

/**
 * A small API Gateway on this machine: requests become events, in the form of its HTTP APIs, and
 * the functions' results become answers.
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://gateway.test');
    const prefix = options.stage === '$default' ? '' : `/${options.stage}`;
    const invoke = pathname.startsWith(prefix)
      ? options.route(request.method!, pathname.slice(prefix.length))
      : undefined;
    if (invoke === undefined) {
      response
        .writeHead(404, { 'Content-Type': 'application/json' })
        .end('{"message":"Not Found"}');
      return;
    }
    try {
      const answer = (await invoke(await eventOf(request, options))) as Answer;
      for (const [name, value] of Object.entries(answer.headers ?? {}))
        response.setHeader(name, value);
      for (const [name, values] of Object.entries(answer.multiValueHeaders ?? {}))
        response.setHeader(name, values);
      if (answer.cookies !== undefined) response.setHeader('set-cookie', answer.cookies);
      response.statusCode = answer.statusCode;
      const isDecoded = answer.isBase64Encoded && options.payload !== 'REST';
      response.end(Buffer.from(answer.body ?? '', isDecoded ? 'base64' : 'utf8'));
    } catch (error) {
      response.writeHead(502, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ message: `Internal Server Error: ${error}` }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function eventOf(request: IncomingMessage, options: GatewayOptions): Promise<unknown> {
  const { payload, stage, alwaysBase64 = false } = options;
  const url = new URL(request.url!, `http://${request.headers.host}`);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? 'text/plain';
  const isBase64Encoded =
    bytes.length > 0 &&
    (alwaysBase64 || !/^(text\/|application\/(json|xml|javascript))/.test(type));
  const body = bytes.length === 0 ? undefined : bytes.toString(isBase64Encoded ? 'base64' : 'utf8');
  const headers: Record<string, string> = {
    'x-forwarded-proto': 'http',
    'x-forwarded-port': url.port,
  };
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = [value].flat().join(',');
  const peer = request.socket.remoteAddress!;
  headers['x-forwarded-for'] = [headers['x-forwarded-for'], peer].filter(Boolean).join(', ');
  const method = request.method!;
  const shared = { isBase64Encoded };
  if (payload === '2.0') {
    const { cookie, ...others } = headers;
    return {
      ...shared,
      version: '2.0',
      routeKey: '$default',
      rawPath: url.pathname,
      rawQueryString: url.search.slice(1),
      ...(cookie !== undefined && { cookies: cookie.split('; ') }),
      headers: others,
      requestContext: {
        stage,
        domainName: url.host,
        http: { method, path: url.pathname, sourceIp: peer },
      },
      ...(body !== undefined && { body }),
    };
  }
  const values: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) values[name] = [...(values[name] ?? []), value];
  const last = Object.fromEntries(
    Object.entries(values).map(([name, list]) => [name, list.at(-1)!]),
  );
  return {
    ...shared,
    ...(payload === '1.0' && { version: '1.0' }),
    resource: '$default',
    path: url.pathname,
    httpMethod: method,
    headers,
    multiValueHeaders: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value]]),
    ),
    queryStringParameters: url.search === '' ? null : last,
    multiValueQueryStringParameters: url.search === '' ? null : values,
    requestContext: {
      stage,
      domainName: url.host,
      identity: { sourceIp: peer },
      path: url.pathname,
    },
    body: body ?? null,
  };
}
