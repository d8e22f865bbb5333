import { z } from 'zod';
import type { Shape } from './failures.ts';
import type { AnswerDoc, Route, Who } from './route.ts';
import { documentationOf } from './schemas/common.ts';
import type { LazySchema } from './schemas-of.ts';

/** A part of the description, as JSON. */
type Json = Readonly<Record<string, unknown>>;

const jsonType = 'application/json';

const errorShapes: Readonly<Record<Shape, z.ZodType>> = {
  error: z.object({ error: z.string(), field: z.string().optional() }).meta({ id: 'Error' }),
  message: z.object({ message: z.string() }).meta({ id: 'Message' }),
  umami: z
    .object({ error: z.object({ message: z.string(), code: z.string(), status: z.number() }) })
    .meta({ id: 'UmamiError' }),
  errors: z.object({ errors: z.record(z.string(), z.array(z.string())) }).meta({ id: 'Errors' }),
};

const whyRefused: Readonly<Record<number, string>> = {
  400: 'what was expected, and what came',
  401: 'only who has signed in, or sends a key, may; of a site that is not open nobody else learns',
  403: 'the role of who asks is too small for it',
  404: 'it is not there',
  409: 'it is there already, or was changed meanwhile',
  413: 'more bytes than are taken',
  429: 'too many requests, or tries: again after `Retry-After` seconds',
  503: 'not now: send again after `Retry-After` seconds',
};

/** OpenAPI 3.1 of the table of routes. */
export async function openApi(routes: readonly Route[], version: string): Promise<Json> {
  const schemas = openSchemas(await loadSchemas(routes));
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      ...{ title: 'Daybook', version },
      description:
        'Self-hosted web analytics: collects hits, gives them back, and reports on them.',
    },
    paths,
    components: {
      schemas: schemas.named(),
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'the owner key, or one with a scope: read, write, manage, all',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'daybook_session' },
        link: {
          ...{ type: 'apiKey', in: 'header', name: 'Daybook-Link' },
          description: 'the secret of a shared link to the site',
        },
      },
    },
  };
}

const ofRoles: readonly Json[] = [{ key: [] }, { session: [] }];

const securityOf: Readonly<Record<Who, readonly Json[]>> = {
  anyone: [{}],
  reports: [{}, { link: [] }, ...ofRoles],
  rows: [{}, ...ofRoles],
  ...{ viewer: ofRoles, editor: ofRoles, admin: ofRoles, owner: ofRoles },
  person: [{ session: [] }],
  sender: [{ key: [] }],
};

type Schemas = ReturnType<typeof openSchemas>;

function operation(route: Route, schemas: Schemas): Json {
  const { method, path, tag, summary, description, who, isOfLink } = route;
  const body = route.takes?.body ?? route.body?.schema;
  return {
    operationId: operationId(method, path),
    ...{ tags: [tag], summary, ...(description !== undefined && { description }) },
    security: isOfLink ? [{ link: [] }] : securityOf[who],
    parameters: [...inPath(path), ...inQuery(route, schemas)],
    ...(body !== undefined && { requestBody: requestBody(route, schemas.of(body)) }),
    responses: responses(route, schemas),
  };
}

/** Such as `getApiV1SitesSite`. */
function operationId(method: string, path: string): string {
  const words = path.replace(/[/:](\w?)/g, (_, first: string) => first.toUpperCase());
  return `${method.toLowerCase()}${words}`.replace(/\W/g, '_');
}

const inPath = (path: string): Json[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));

const noQuery = z.object({});

function inQuery({ query, takes, site }: Route, schemas: Schemas): Json[] {
  const { properties = {}, required = [] } = schemas.of(takes?.query ?? query ?? noQuery) as {
    readonly properties?: Readonly<Record<string, Json>>;
    readonly required?: readonly string[];
  };
  const own: Readonly<Record<string, Json>> =
    site?.in === 'query' && !(site.name in properties)
      ? { [site.name]: { type: 'string', description: "a site's domain" }, ...properties }
      : properties;
  return Object.entries(own).map(([name, { description, ...schema }]) => ({
    ...{ name, in: 'query', schema, ...(description !== undefined && { description }) },
    required: (site?.name === name && !site.optional) || required.includes(name),
  }));
}

function requestBody({ body, takes }: Route, schema: Json): Json {
  const types =
    body?.as === 'fields'
      ? [jsonType, 'application/x-www-form-urlencoded']
      : takes === undefined
        ? [jsonType]
        : [jsonType, 'text/plain'];
  return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}

function responses(route: Route, schemas: Schemas): Json {
  const error = schemas.of(errorShapes[route.shape ?? 'error']);
  const refused = statusesOf(route).map((status) => [
    status,
    { description: whyRefused[status], content: { [jsonType]: { schema: error } } },
  ]);
  const given = Object.entries(route.answers).map(([status, answer]) => [
    status,
    answerOf(answer, schemas),
  ]);
  return Object.fromEntries([...refused, ...given]) as Json;
}

/** Errors that follow from who may call, what is sent, and that a store may be away. */
function statusesOf({ who, site, query, body, errors = [] }: Route): number[] {
  const takes = site !== undefined || query !== undefined || body !== undefined;
  const all = [
    ...(takes ? [400] : []),
    ...(who === 'anyone' ? [] : [401]),
    ...(who === 'anyone' || who === 'sender' ? [] : [403]),
    ...(site === undefined ? [] : [404]),
    ...(body === undefined ? [] : [413]),
    ...(who === 'sender' || (who === 'anyone' && !takes) ? [] : [429]),
    ...errors,
    503,
  ];
  return [...new Set(all)].sort();
}

function answerOf({ description, type = jsonType, schema }: AnswerDoc, schemas: Schemas): Json {
  const types = typeof type === 'string' ? [type] : type;
  // Where an answer comes as JSON too, the schema is of that.
  const isOf = (one: string) => one === jsonType || !types.includes(jsonType);
  const contentOf = (one: string) =>
    schema !== undefined && isOf(one) ? { schema: schemas.of(schema) } : { schema: {} };
  return { description, content: Object.fromEntries(types.map((one) => [one, contentOf(one)])) };
}

/** Every schema that routes name, loaded. */
async function loadSchemas(routes: readonly Route[]): Promise<ReadonlyMap<LazySchema, z.ZodType>> {
  const named = routes.flatMap(({ query, body, takes, answers }) => [
    ...[query, body?.schema, takes?.query, takes?.body],
    ...Object.values(answers).map(({ schema }) => schema),
  ]);
  const lazy = named.filter((one) => one !== undefined);
  return new Map(await Promise.all(lazy.map(async (one) => [one, await one()] as const)));
}

/** JSON Schemas; those that have an id stand among the components, once. */
function openSchemas(loaded: ReadonlyMap<LazySchema, z.ZodType>) {
  const components: Record<string, unknown> = {};

  function moved(json: unknown): unknown {
    if (Array.isArray(json)) return json.map(moved);
    if (typeof json !== 'object' || json === null) return json;
    return Object.fromEntries(
      Object.entries(json).flatMap(([name, value]) => {
        if (name === '$defs') {
          for (const [id, one] of Object.entries(value as Json)) components[id] = moved(one);
          return [];
        }
        if (name === '$schema' || (name === 'id' && typeof value === 'string')) return [];
        if (name === '$ref' && typeof value === 'string')
          return [[name, value.replace('#/$defs/', '#/components/schemas/')]];
        return [[name, moved(value)]];
      }),
    );
  }

  return {
    of(given: LazySchema | z.ZodType): Json {
      const schema = typeof given === 'function' ? loaded.get(given)! : given;
      // Wrapped, so that a schema with an id is referred to at the top too.
      const { properties, $defs = {} } = z.toJSONSchema(z.object({ it: documentationOf(schema) }), {
        ...({ io: 'input', unrepresentable: 'any' } as const),
      }) as unknown as { readonly properties: { readonly it: Json }; readonly $defs?: Json };
      for (const [id, one] of Object.entries($defs)) components[id] = moved(one);
      return moved(properties.it) as Json;
    },
    named: () => Object.fromEntries(Object.entries(components).sort()),
  };
}
