import type { Context, Hono } from 'hono';
import { everySite } from '../account/site.ts';
import { refusedField } from '../lib/refused-fields.ts';
import type { Role } from '../report/query/limits.ts';
import { readableSite, requireOwner, requireSender, type Sender } from './access.ts';
import { openToAllOrigins, preflight } from './all-origins.ts';
import { failure, type Shape } from './failures.ts';
import { readFields } from './request-fields.ts';
import { readJson } from './request-json.ts';
import type { LazySchema } from './schemas-of.ts';
import type { SeenSite } from './shared-access.ts';
import type { World } from './world.ts';

/**
 * Who may call a route. `reader`: of an open site anyone, else the owner. `viewer`: those, and of a
 * public site anyone, and who has a link to the site. What is named to others looks as if it were
 * not there. `sender`: who has a key that may write, the owner's too; being signed in is no key.
 */
export type Who = 'anyone' | 'viewer' | 'reader' | 'owner' | 'sender';

/** Where a request names its site. `optional`: without it, the default site is meant. */
export type SitePlace = {
  readonly in: 'path' | 'query' | 'body';
  readonly name: string;
  readonly optional?: true;
  /** The owner may name all sites by `*`. */
  readonly every?: true;
};

/** How a body is read: a JSON object, also a form, or by the handler itself. */
export type Body<B> = {
  readonly as: 'json' | 'fields' | 'raw';
  readonly schema: LazySchema<B>;
  readonly maxBytes: number;
  /** Of what others than the owner send. */
  readonly maxStrangerBytes?: number;
};

/** An answer that is no error. */
export type AnswerDoc = {
  readonly description: string;
  /** `application/json` where it is not said. */
  readonly type?: string | readonly string[];
  readonly schema?: LazySchema;
};

/** What a handler gets of a request. */
export type Call<Q, B> = {
  readonly c: Context;
  readonly query: Q;
  readonly body: B;
  /** The site that the request names, where its route needs one that is there. */
  readonly site: SeenSite;
  readonly role: Role;
  /** All sites are asked for, and `site` is none of them. */
  readonly isEverySite?: true;
  /** Who vouches for the hits that are sent, where the route is for senders. */
  readonly sender: Sender;
};

type Described = {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly answers: Readonly<Record<number, AnswerDoc>>;
  /** For the description alone, where the handler itself reads what is sent. */
  readonly takes?: { readonly body?: LazySchema; readonly query?: LazySchema };
  /** For the description alone: it is about the link that the request shows. */
  readonly isOfLink?: true;
  /** Statuses of errors, besides those that follow from who may call and from what is sent. */
  readonly errors?: readonly number[];
};

type Entry<Q, B> = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly who: Who;
  readonly site?: SitePlace;
  /** The setting of the site by which anyone may call it. */
  readonly publishedBy?: 'privacyPage';
  readonly query?: LazySchema<Q>;
  readonly body?: Body<B>;
  /** The shape of its errors; `error` where it is not said. */
  readonly shape?: Shape;
  /** Its answers, failures too, may be read by pages of any origin. */
  readonly isOpenToOrigins?: true;
  /** What is said to a browser that asks first; to all the same where it is not said. */
  readonly origins?: (c: Context) => Readonly<Record<string, string>>;
  readonly handle: (world: World) => (call: Call<Q, B>) => Response | Promise<Response>;
};

/** One entry of the table of routes: rights, inputs, limits, handler, and what is said of it. */
export type Route = Entry<unknown, unknown> & Described;

/** An entry whose handler is typed by its inputs. */
export const route = <Q = unknown, B = unknown>(entry: Entry<Q, B> & Described): Route =>
  entry as unknown as Route;

/** Adds routes to an app: each asks for the rights, inputs and limits of its entry. */
export function mount(app: Hono, world: World, routes: readonly Route[]): void {
  for (const entry of routes) {
    const handle = entry.handle(world);
    app.on(
      entry.method,
      entry.path,
      // Hits come this way: nothing is asked before they are read.
      isPlain(entry)
        ? (c) => handle({ c } as Call<unknown, unknown>)
        : async (c) => {
            try {
              return await handle(await callOf(world, c, entry));
            } catch (error) {
              if (entry.isOpenToOrigins)
                for (const [name, value] of Object.entries(openToAllOrigins)) c.header(name, value);
              return failure(c, error, entry.shape ?? 'error', world.log);
            }
          },
    );
  }
  const open = new Map(routes.flatMap((one) => (one.isOpenToOrigins ? [[one.path, one]] : [])));
  for (const [path, { origins }] of open)
    app.options(path, (c) => preflight(c, origins?.(c) ?? openToAllOrigins));
}

const isPlain = ({ who, site, query, body }: Route) =>
  who === 'anyone' && site === undefined && query === undefined && body === undefined;

/** Rights first: who may not call a route learns nothing of what it expects. */
async function callOf(
  world: World,
  c: Context,
  { who, site: place, publishedBy, query, body }: Route,
): Promise<Call<unknown, unknown>> {
  if (who === 'owner') await requireOwner(world, c);
  // What hits are is read by the handler itself.
  if (who === 'sender')
    return { c, sender: await requireSender(world, c) } as Call<unknown, unknown>;
  const siteOf = (named: unknown, at: SitePlace) =>
    readableSite(
      world,
      c,
      { domain: domainOf(named, at), parameter: at.name, publishedBy },
      who === 'viewer' ? 'reports' : 'all',
    );
  const early =
    place === undefined || place.in === 'body' ? undefined : await siteOf(nameIn(c, place), place);
  const asked = query === undefined ? {} : await checked(query, c.req.query());
  const fields = body === undefined || body.as === 'raw' ? {} : await readBody(world, c, body);
  const named = place?.in === 'body' ? (fields as Fields)[place.name] : undefined;
  if (place?.every && named === everySite) {
    await requireOwner(world, c);
    const call = { ...{ c, body: fields, query: asked }, role: 'owner', isEverySite: true };
    return call as unknown as Call<unknown, unknown>;
  }
  const found = place?.in === 'body' ? await siteOf(named, place) : early;
  return { ...{ c, body: fields, query: asked }, ...found } as Call<unknown, unknown>;
}

type Fields = Readonly<Record<string, unknown>>;

const nameIn = (c: Context, { in: where, name }: SitePlace): unknown =>
  where === 'path' ? c.req.param(name) : c.req.query(name);

function domainOf(given: unknown, { name, optional }: SitePlace): string | undefined {
  if (given === undefined && optional) return undefined;
  if (typeof given === 'string' && (given !== '' || optional)) return given;
  throw refusedField(name, 'expected the domain of a site');
}

/** As it was sent: a schema leaves out `__proto__`, which is an unknown field like any other. */
async function readBody(world: World, c: Context, body: Body<unknown>): Promise<unknown> {
  const fields =
    body.as === 'json' ? await readJson(world, c, body) : await readFields(c, body.maxBytes);
  await checked(body.schema, fields);
  return fields;
}

/** What a schema makes of an input. Throws `bad-input` that names the first field it refuses. */
async function checked(schema: LazySchema, input: unknown): Promise<unknown> {
  const read = (await schema()).safeParse(input);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw refusedField(issue!.path.join('.') || 'body', issue!.message);
}
