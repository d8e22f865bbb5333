import type { Chance } from '../../../src/entry/demo/chance.ts';
import { mutatedBytes, mutatedJson } from './mutate.ts';
import type { Known, Plain } from './plain.ts';
import { routes } from './routes.ts';
import { hostileText, oneOf } from './values.ts';

export type FuzzRequest = {
  /** The route that it was made for; where its method or path are hostile it reaches another. */
  readonly route: string;
  /** Who sends it: the owner by the key, a role, a scope, who has a link, nobody. */
  readonly asker: string;
  /** Whether it is as its route expects it. */
  readonly plain: boolean;
  readonly method: string;
  /** With its query, escaped. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
};

const routeNames = Object.keys(routes);

type Parts = {
  method: string;
  path: string[];
  query: [name: string, value: string][];
  type: string | undefined;
  key: string | undefined;
  body: Buffer;
  more: [name: string, value: string][];
};

/** The next request: of ten one is as its route expects it, the others are not. */
export function nextRequest(chance: Chance, known: Known): FuzzRequest {
  const route = oneOf(chance, routeNames);
  const given = routes[route]!(chance, known);
  const asker = chance.happens(0.5)
    ? 'owner key'
    : oneOf(chance, [...others, ...Object.keys(known.askers)]);
  const parts = partsOf(chance, route, given, secretOf(chance, asker, known));
  if (asker === 'link') parts.more.push(['Daybook-Link', known.secret]);
  const plain = chance.happens(0.1);
  if (!plain) distort(chance, parts, given);
  return { ...requestOf(parts), route, asker, plain };
}

const others = ['nobody', 'link'];

const secretOf = (chance: Chance, asker: string, { key, askers }: Known): string | undefined =>
  asker === 'owner key' ? key : askers[asker] && oneOf(chance, askers[asker]);

function partsOf(chance: Chance, route: string, given: Plain, key: string | undefined): Parts {
  const { path, query, body, headers: more = {} } = given;
  const isForm = isFlat(body) && chance.happens(0.2);
  return {
    method: route.split(' ')[0]!,
    path: [...path],
    query: Object.entries(query ?? {}),
    type:
      body === undefined
        ? undefined
        : isForm
          ? 'application/x-www-form-urlencoded'
          : oneOf(chance, ['application/json', 'text/plain']),
    key,
    body: Buffer.from(
      body === undefined
        ? ''
        : isForm
          ? new URLSearchParams(body as Record<string, string>).toString()
          : JSON.stringify(body),
    ),
    more: Object.entries(more),
  };
}

/** A body that can be sent as a form to a route that takes forms. */
const isFlat = (body: unknown): boolean =>
  typeof body === 'object' &&
  body !== null &&
  'site_id' in body &&
  Object.values(body).every((value) => typeof value === 'string');

const types = [
  ...['multipart/form-data', 'multipart/form-data; boundary=x', 'MULTIPART/FORM-DATA; boundary="'],
  ...['application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'text/html', ''],
  ...['application/octet-stream', 'multipart/mixed; boundary=x', 'application/json'],
];

const multiparts = [
  '--x\r\nContent-Disposition: form-data; name="domain"\r\n\r\nsix.test\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data; name="__proto__"\r\n\r\n1\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data; name="page"; filename="a"\r\n\r\n\0\r\n--x--\r\n',
  '--x\r\nContent-Disposition: form-data\r\n\r\n',
];

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND'];

const headers: readonly (readonly [name: string, values: readonly string[]])[] = [
  ['X-Forwarded-For', ['1.2.3.4', ',', '::1, x', 'unknown', '1.2.3.4.5:80, [::1]:1']],
  ['X-Forwarded-Proto', ['https', ',', 'gopher']],
  ['Cookie', ['daybook_session=x', 'daybook_session=%', 'daybook_session="', '=;=', '__proto__=1']],
  ['Accept-Encoding', ['gzip', 'br;q=x', '*;q=0', ',;q=', 'identity']],
  ['Content-Encoding', ['gzip', 'br', 'x']],
  ['If-None-Match', ['"', 'W/"x"', '*']],
  ['Origin', ['null', 'https://shop.test', '%']],
  ['Access-Control-Request-Headers', ['x', '\u00ff', ', ,']],
  ['User-Agent', ['', 'curl/8', '\u00ff', '(((((', 'Mozilla/5.0 '.repeat(200)]],
  ['Authorization', ['Bearer', 'Bearer x', 'Basic !', 'Bearer \u00ff', 'Bearer a b']],
  ['Range', ['bytes=9-1', 'x']],
  ['X-Debug-Request', ['true']],
  ['Daybook-Link', ['', '.', 'x.1.y', `${'a'.repeat(36)}.9999999999.${'b'.repeat(43)}`, '\u00ff']],
  ['DNT', ['1']],
];

/** Makes one to three things wrong. */
function distort(chance: Chance, parts: Parts, { body }: Plain): void {
  const changes = oneOf(chance, [1, 1, 1, 2, 3]);
  for (let i = 0; i < changes; i++) {
    const kind = chance.pick([
      ['body', parts.body.length > 0 ? 6 : 0],
      ['bytes', parts.body.length > 0 ? 2 : 0],
      ['query', parts.query.length > 0 ? 4 : 0.3],
      ['path', 1],
      ['type', parts.body.length > 0 ? 1 : 0.2],
      ['header', 0.7],
      ['method', 0.3],
      ['key', 0.3],
    ] as const);
    if (kind === 'body') parts.body = Buffer.from(distortedBody(chance, parts, body));
    if (kind === 'bytes') parts.body = mutatedBytes(chance, parts.body);
    if (kind === 'query') distortQuery(chance, parts);
    if (kind === 'path')
      parts.path.splice(
        Math.floor(chance.between(0, parts.path.length)),
        oneOf(chance, [0, 1, 1, 1]),
        hostileText(chance),
      );
    if (kind === 'type') {
      parts.type = oneOf(chance, types);
      if (chance.happens(0.4)) parts.body = Buffer.from(oneOf(chance, multiparts));
    }
    if (kind === 'header') {
      const [name, values] = oneOf(chance, headers);
      parts.more.push([name, oneOf(chance, values)]);
    }
    if (kind === 'method') parts.method = oneOf(chance, methods);
    if (kind === 'key') parts.key = oneOf(chance, [undefined, 'x', 'A'.repeat(43)]);
  }
}

function distortedBody(chance: Chance, { type }: Parts, body: unknown): string {
  // A list is no form.
  if (type !== 'application/x-www-form-urlencoded' || Array.isArray(body))
    return mutatedJson(chance, body);
  const form = new URLSearchParams(body as Record<string, string>);
  form.set(oneOf(chance, [...form.keys(), '__proto__']), hostileText(chance));
  return form.toString();
}

function distortQuery(chance: Chance, parts: Parts): void {
  const i = Math.floor(chance.between(0, parts.query.length));
  const [name, value] = parts.query[i] ?? ['site', ''];
  const changed: (readonly [string, string])[] = oneOf(chance, [
    [[name, hostileText(chance)]],
    [[name, hostileText(chance)]],
    [[name, `${value}${hostileText(chance)}`]],
    [[hostileText(chance), value]],
    [
      [name, value],
      [name, hostileText(chance)],
    ],
    [],
  ]);
  parts.query.splice(i, 1, ...changed.map(([a, b]): [string, string] => [a, b]));
}

function requestOf({ method, path, query, type, key, body, more }: Parts) {
  const search = query.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&');
  const named: (readonly [string, string])[] = [
    ['User-Agent', agent],
    ...(key === undefined ? [] : [['Authorization', `Bearer ${key}`] as const]),
    ...(type === undefined ? [] : [['Content-Type', type] as const]),
  ];
  const kept = named.filter(([name]) => !more.some(([other]) => other === name));
  return {
    method,
    target: `/${path.map(escaped).join('/')}${search === '' ? '' : `?${search}`}`,
    headers: [...kept, ...more],
    body,
  };
}

const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0';

/** A text that is escaped already stays what it is, now and then wrongly so: `%zz`, `%ff`. */
function escaped(text: string): string {
  return /^[!-~]*%[!-~]*$/.test(text) && !/[?#/]/.test(text)
    ? text
    : encodeURIComponent(Buffer.from(text).toString());
}
