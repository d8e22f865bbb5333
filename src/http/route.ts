import type { Context, Hono } from 'hono';
import { mostOf, type Role, roles } from '../account/roles.ts';
import { everySite } from '../account/site.ts';
import { refusedField } from '../lib/refused-fields.ts';
import type { Standing } from '../report/query/limits.ts';
import {
  askerOf,
  requirePerson,
  requireRole,
  requireSender,
  requireSomeRole,
  type Sender,
  siteAsked,
} from './access.ts';
import { openToAllOrigins, preflight } from './all-origins.ts';
import { type Asker, auditedBy } from './asker.ts';
import { clientAddress } from './client-address.ts';
import { failure, type Shape } from './failures.ts';
import { maxFieldsBytes, readFields } from './request-fields.ts';
import { readJson } from './request-json.ts';
import type { LazySchema } from './schemas-of.ts';
import type { SeenSite } from './shared-access.ts';
import type { World } from './world.ts';

/**
 * Who may call a route. A role: who has it, or a greater one, on the site that the request names;
 * of a route without a site, on all sites. `rows`: of an open site anyone, else a viewer.
 * `reports`: those, and of a public site anyone, and who has a link to the site. What is named to
 * others looks as if it were not there. `person`: who has signed in as somebody. `sender`: who has
 * a key that may write, the owner's too; being signed in is no key.
 */
export type Who = 'anyone' | 'reports' | 'rows' | Role | 'person' | 'sender';

/** Where a request names its site. `optional`: without it, the default site is meant. */
export type SitePlace = {
  readonly in: 'path' | 'query' | 'body' | 'query or body';
  readonly name: string;
  readonly optional?: true;
  /** Who has a role for all sites may name them by `*`. */
  readonly every?: true;
};

/** How a body is read: a JSON object, also a form, or by the handler itself. */
export type Body<B> = {
  readonly as: 'json' | 'fields' | 'raw';
  readonly schema: LazySchema<B>;
  readonly maxBytes: number;
  /** Of what others than the owner send. */
  readonly maxStrangerBytes?: number;
  /** Of `fields`: nothing is no field, and no error. */
  readonly mayBeEmpty?: true;
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
  readonly standing: Standing;
  readonly asker: Asker;
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
  /**
   * Without a `site`: whoever has the role on any site may call it, and the handler gives each what
   * is of theirs.
   */
  readonly isOfTheirs?: true;
  /** Besides, who asks is a person: keys have nothing of their own. */
  readonly isPersonal?: true;
  /** What it does, as the audit log calls it (`goal.add`). */
  readonly does?: string;
  /** What the audit log says of it besides: nothing that is a secret, or of a visitor. */
  readonly about?: (body: B) => string;
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
              const call = await callOf(world, c, entry);
              const answer = await handle(call);
              // What one may see others must not find in a cache that they share.
              if (entry.who !== 'anyone' && !answer.headers.has('cache-control'))
                answer.headers.set('Cache-Control', 'no-store');
              if (entry.does !== undefined && answer.ok) await audit(world, call, entry);
              return answer;
            } catch (error) {
              if (entry.isOpenToOrigins)
                for (const [name, value] of Object.entries(openToAllOrigins)) c.header(name, value);
              return failure(c, error, entry.shape ?? 'error', world);
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

const isRole = (who: Who): who is Role => (roles as readonly Who[]).includes(who);

/** Rights first: who may not call a route learns nothing of what it expects. */
async function callOf(world: World, c: Context, entry: Route): Promise<Call<unknown, unknown>> {
  const { who, site: place, publishedBy, query, body } = entry;
  // What hits are is read by the handler itself.
  if (who === 'sender')
    return { c, sender: await requireSender(world, c) } as Call<unknown, unknown>;
  const asker = await askerOf(world, c);
  world.apiTurns?.take(asker, () =>
    clientAddress(c.req.header('x-forwarded-for'), world.peerAddress(c), world.trust, false),
  );
  if (who === 'person') requirePerson(c, asker);
  if (isRole(who)) {
    if (place === undefined && !entry.isOfTheirs) requireRole(c, asker, who);
    else requireSomeRole(c, asker, who);
  }
  const siteOf = (named: unknown, at: SitePlace) =>
    siteAsked(
      world,
      c,
      { domain: domainOf(named, at), parameter: at.name, publishedBy },
      { asker, asked: who === 'reports' || isRole(who) ? who : 'rows' },
    );
  const early =
    place === undefined || place.in === 'body'
      ? undefined
      : await siteOf(await nameIn(c, place), place);
  const asked = query === undefined ? {} : await checked(query, c.req.query());
  const fields = body === undefined || body.as === 'raw' ? {} : await readBody(c, body, asker);
  const named = place?.in === 'body' ? (fields as Fields)[place.name] : undefined;
  const sent = { c, asker, body: fields, query: asked };
  if (place?.every && named === everySite) {
    requireRole(c, asker, 'viewer');
    const call = { ...sent, standing: 'owner', isEverySite: true };
    return call as unknown as Call<unknown, unknown>;
  }
  const found = place?.in === 'body' ? await siteOf(named, place) : early;
  if (entry.isPersonal) requirePerson(c, asker);
  return { ...sent, ...found } as Call<unknown, unknown>;
}

/** Of what is sent, what the audit log may say: none is a secret. */
const auditedFields = ['domain', 'name', 'email', 'role', 'scope'] as const;

/** Writes down that somebody has done something. */
async function audit(
  { auditLog, sites, log }: World,
  { c, asker, site, body }: Call<unknown, unknown>,
  { does: what = '', about: aboutOf }: Route,
): Promise<void> {
  const fields = (body ?? {}) as Fields;
  const params = Object.entries(c.req.param()).filter(([name]) => name !== 'site');
  const about = [
    ...params.map(([, value]) => value),
    ...auditedFields.map((name) => fields[name]).filter((value) => typeof value === 'string'),
    ...(aboutOf === undefined ? [] : [aboutOf(body)]),
  ];
  try {
    const named = typeof fields['site'] === 'string' ? await sites.find(fields['site']) : undefined;
    const at = site ?? named;
    await auditLog.write({
      ...{ what, by: auditedBy(asker) },
      ...(at !== undefined && { site: { id: at.id, domain: at.domain } }),
      ...(about.length > 0 && { about: about.join(' ') }),
    });
  } catch (error) {
    // It is done: an answer that says otherwise would be worse than a line that is missing.
    log.error({ err: error, what }, 'what somebody did could not be written to the audit log');
  }
}

type Fields = Readonly<Record<string, unknown>>;

async function nameIn(c: Context, { in: where, name }: SitePlace): Promise<unknown> {
  if (where === 'path') return c.req.param(name);
  const named = c.req.query(name);
  if (named !== undefined || where === 'query') return named;
  return (await readFields(c, { maxBytes: maxFieldsBytes }))[name];
}

function domainOf(given: unknown, { name, optional }: SitePlace): string | undefined {
  if (given === undefined && optional) return undefined;
  if (typeof given === 'string' && (given !== '' || optional)) return given;
  throw refusedField(name, 'expected the domain of a site');
}

/** As it was sent: a schema leaves out `__proto__`, which is an unknown field like any other. */
async function readBody(c: Context, body: Body<unknown>, asker: Asker): Promise<unknown> {
  const isStranger = mostOf(asker.rights) === undefined;
  const fields =
    body.as === 'json' ? await readJson(c, body, isStranger) : await readFields(c, body);
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
