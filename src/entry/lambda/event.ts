import { DaybookError } from '../../lib/errors.ts';
import { quoted } from '../../lib/refused-fields.ts';

/**
 * What API Gateway hands over, as far as it is read: payload 1.0 (REST APIs, and HTTP APIs that ask
 * for it) and 2.0.
 */
export type GatewayEvent = EventV1 | EventV2;

type Common = {
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
};

export type EventV1 = Common & {
  readonly version?: '1.0';
  readonly httpMethod: string;
  readonly path: string;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
  readonly multiValueQueryStringParameters?: Readonly<
    Record<string, readonly string[] | undefined>
  > | null;
  readonly requestContext: {
    readonly stage?: string;
    readonly domainName?: string;
    readonly identity?: { readonly sourceIp?: string };
  };
};

export type EventV2 = Common & {
  readonly version: '2.0';
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly cookies?: readonly string[];
  readonly requestContext: {
    readonly stage?: string;
    readonly domainName?: string;
    readonly http: { readonly method: string; readonly sourceIp?: string };
  };
};

/**
 * Which API of API Gateway an event comes from, by its payload: an HTTP API (1.0 or 2.0), or a REST
 * API, whose payload is 1.0 without saying so.
 */
export type Gateway = 'http-1' | 'http-2' | 'rest';

/** A request, and the address of the other end of its connection as API Gateway saw it. */
export type Arrived = {
  readonly request: Request;
  readonly address: string;
  readonly gateway: Gateway;
};

/**
 * Undefined for what is no event of API Gateway, such as the console's own test event. Throws
 * `bad-input` where its method is none that is answered.
 */
export function readEvent(event: unknown): Arrived | undefined {
  try {
    return arrivedBy(event);
  } catch (error) {
    if (error instanceof DaybookError) throw error;
    // Parts of it are of other types, or make no request.
    return undefined;
  }
}

function arrivedBy(event: unknown): Arrived | undefined {
  if (isV2(event)) {
    const { requestContext, rawPath, rawQueryString = '' } = event;
    const { cookies = [] } = event;
    const headers = headersOf([
      ...Object.entries(event.headers ?? {}),
      ...(cookies.length > 0 ? [['cookie', cookies.join('; ')] as const] : []),
    ]);
    return {
      request: requestOf(event, {
        ...{ method: requestContext.http.method, path: rawPath, query: rawQueryString, headers },
      }),
      address: addressIn(requestContext.http.sourceIp),
      gateway: 'http-2',
    };
  }
  if (isV1(event)) {
    const headers = headersOf(valuesOf(event.multiValueHeaders, event.headers));
    const query = new URLSearchParams();
    for (const [name, value] of valuesOf(
      event.multiValueQueryStringParameters,
      event.queryStringParameters,
    ))
      query.append(name, value ?? '');
    const gateway = event.version === undefined ? 'rest' : 'http-1';
    // A REST API hands on what is compressed as base64, which no browser can read.
    if (gateway === 'rest') headers.delete('accept-encoding');
    return {
      request: requestOf(event, {
        ...{ method: event.httpMethod, path: event.path, query: query.toString(), headers },
      }),
      address: addressIn(event.requestContext.identity?.sourceIp),
      gateway,
    };
  }
  return undefined;
}

/** An address of another type makes no request: what reads addresses reads texts. */
function addressIn(given: unknown = ''): string {
  if (typeof given === 'string') return given;
  throw new TypeError('expected an address');
}

const isV2 = (event: unknown): event is EventV2 =>
  isRecord(event) &&
  typeof event['rawPath'] === 'string' &&
  isRecord(event['requestContext']) &&
  isRecord(event['requestContext']['http']);

const isV1 = (event: unknown): event is EventV1 =>
  isRecord(event) &&
  typeof event['path'] === 'string' &&
  typeof event['httpMethod'] === 'string' &&
  isRecord(event['requestContext']);

/**
 * Those that a `Request` takes and routes have. No other one may reach the router: one that is
 * called `__proto__` changed the prototype of all objects there (hono 4.13).
 */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

type RequestParts = {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
};

function requestOf(
  { body, isBase64Encoded, requestContext }: GatewayEvent,
  { method, path, query, headers }: RequestParts,
): Request {
  if (!methods.includes(method))
    throw new DaybookError(
      'bad-input',
      `method: expected one of ${methods.join(', ')}, got ${quoted(method)}`,
    );
  const host = requestContext.domainName ?? headers.get('host') ?? 'localhost';
  const proto = headers.get('x-forwarded-proto') === 'http' ? 'http' : 'https';
  const search = query === '' ? '' : `?${query}`;
  const escaped = withoutStage(path, requestContext.stage).replace(/[?#]/g, encodeURIComponent);
  const url = `${proto}://${host}${escaped}${search}`;
  const bytes = Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
  const hasBody = !['GET', 'HEAD'].includes(method);
  // What was declared is the length on the wire. The reader of the body compares its length here
  // with this header.
  if (hasBody) headers.set('content-length', String(bytes.length));
  return new Request(url, { method, headers, ...(hasBody && { body: bytes }) });
}

/**
 * A stage other than `$default` comes before the path: `/default/analytics` is `/analytics`
 * to the program.
 */
function withoutStage(path: string, stage: string | undefined): string {
  if (stage === undefined || stage === '' || stage === '$default') return path;
  if (path === `/${stage}`) return '/';
  return path.startsWith(`/${stage}/`) ? path.slice(stage.length + 1) : path;
}

/**
 * Every value of every name: of the list that keeps them all where there is one, else of the one
 * that keeps the last.
 */
function valuesOf(
  all: Readonly<Record<string, readonly string[] | undefined>> | null | undefined,
  last: Readonly<Record<string, string | undefined>> | null | undefined,
): (readonly [string, string | undefined])[] {
  if (all === undefined || all === null) return Object.entries(last ?? {});
  return Object.entries(all).flatMap(([name, values]) =>
    (values ?? []).map((value) => [name, value] as const),
  );
}

function headersOf(entries: readonly (readonly [string, string | undefined])[]): Headers {
  const headers = new Headers();
  for (const [name, value] of entries) {
    try {
      if (value !== undefined) headers.append(name, value);
    } catch {
      // No header that HTTP knows: it says nothing to us.
    }
  }
  return headers;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
