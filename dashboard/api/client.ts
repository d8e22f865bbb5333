import { signal } from '@preact/signals';
import type { ShownRights } from '../model/rights.ts';
import { shellTexts } from '../texts/texts.ts';
import { base } from './base.ts';
import { linkHeaders } from './link.ts';
import type {
  Annotation,
  AskedVisitor,
  BatchResult,
  DayBooks,
  Drops,
  Erasure,
  Gaps,
  Goal,
  Live,
  LiveSite,
  MadeLink,
  Query,
  RawHit,
  Removal,
  Removed,
  Script,
  Segment,
  Settings,
  Shared,
  SharedLink,
  Site,
  Visit,
  VisitStep,
} from './types.ts';

/** An answer that was not 2xx; `status` is 0 where none came. */
export class ApiError extends Error {
  readonly status: number;
  /** The field that was refused, where it is about one. */
  readonly field: string | undefined;
  constructor(status: number, message: string, field?: string) {
    super(message);
    this.status = status;
    this.field = field;
  }
}

/** The status of the last answer that refused who asks: 401 or 403. */
export const refusal = signal<{ readonly status: number } | undefined>(undefined);

type Options = { readonly method?: string; readonly body?: unknown; readonly signal?: AbortSignal };

/** Each request of the dashboard. Rejects with an `ApiError`. */
export async function ask<T>(path: string, options: Options = {}): Promise<T> {
  const answer = await answerTo(path, options);
  const data: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return data as T;
  throw refusalOf(answer, data);
}

/** A JSON object a line. */
async function askLines<T>(path: string): Promise<T[]> {
  const answer = await answerTo(path, {});
  if (!answer.ok) throw refusalOf(answer, await answer.json().catch(() => undefined));
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as T);
}

function answerTo(path: string, { method, body, signal }: Options): Promise<Response> {
  const init: RequestInit = {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...linkHeaders(),
    },
    ...(signal !== undefined && { signal }),
  };
  return fetch(base + path, init).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, shellTexts.unreachable);
  });
}

function refusalOf({ status }: Response, data: unknown): ApiError {
  if (status === 401 || status === 403) refusal.value = { status };
  const message = textIn(data, 'error') ?? shellTexts.answered(status);
  return new ApiError(status, message, textIn(data, 'field'));
}

function textIn(data: unknown, name: 'error' | 'field'): string | undefined {
  const value = (data as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === 'string' ? value : undefined;
}

const of = (site: string) => encodeURIComponent(site);

const pathOf = (site: string) => `/api/v1/sites/${of(site)}`;

type Session = {
  readonly signedIn: boolean;
  readonly publicUrl?: string;
  readonly hasCities?: boolean;
  readonly rights?: ShownRights;
  readonly person?: { readonly id: string; readonly name: string; readonly email: string };
};

/** The requests to the server; those about people and keys are in `people.ts`. */
export const api = {
  session: () => ask<Session>('/api/session'),
  scripts: async () => (await ask<{ scripts: Script[] }>('/api/scripts')).scripts,
  signOut: () => ask<unknown>('/api/session', { method: 'DELETE' }),
  /** What anyone may read about an open or public site, and the owner about every site. */
  site: (site: string) =>
    ask<Pick<Site, 'domain' | 'timezone' | 'open'>>(`/api/v1/sites/${of(site)}`),
  sites: async () => (await ask<{ sites: Site[] }>('/api/v1/sites')).sites,
  live: async (sites: string) =>
    (await ask<{ sites: LiveSite[] }>(`/api/v1/sites/live?sites=${of(sites)}`)).sites,
  liveSite: (site: string, signal?: AbortSignal) =>
    ask<Live>(`${pathOf(site)}/live`, signal && { signal }),
  liveStreamPath: (site: string) => `${pathOf(site)}/live/stream`,
  visits: (site: string, query: URLSearchParams, signal?: AbortSignal) =>
    ask<{ visits: Visit[]; next: string | null }>(
      `${pathOf(site)}/visits?${query}`,
      signal && { signal },
    ),
  visit: (site: string, id: string, signal?: AbortSignal) =>
    ask<Visit & { steps: VisitStep[] }>(`${pathOf(site)}/visits/${of(id)}`, signal && { signal }),
  addSite: (site: { domain: string; timezone: string }) =>
    ask<Site>('/api/v1/sites', { body: site }),
  batch: async (site: string, queries: readonly Query[], signal?: AbortSignal) => {
    const body = { site_id: site, queries };
    const options = { body, ...(signal !== undefined && { signal }) };
    return (await ask<{ results: BatchResult[] }>('/api/v2/batch', options)).results;
  },
  visitorsNow: (site: string) =>
    ask<number | null>(`/api/v1/stats/realtime/visitors?site_id=${of(site)}`),
  drops: (site: string) => ask<Drops>(`/api/drops?site=${of(site)}`),
  books: async (site: string) =>
    (await ask<{ days: DayBooks[] }>(`/api/books?site=${of(site)}`)).days,
  settings: (site: string) => ask<Settings>(pathOf(site)),
  changeSettings: (site: string, changed: Settings) =>
    ask<Settings>(pathOf(site), { method: 'PUT', body: changed }),
  removeSite: (site: string) => ask<Removed>(pathOf(site), { method: 'DELETE' }),
  goals: async (site: string) =>
    (await ask<{ goals: Goal[] }>(`/api/v1/sites/goals?site_id=${of(site)}`)).goals,
  addGoal: (site: string, goal: Partial<Goal>) =>
    ask<Goal>('/api/v1/sites/goals', { method: 'PUT', body: { site_id: site, ...goal } }),
  removeGoal: (site: string, id: string) =>
    ask<unknown>(`/api/v1/sites/goals/${of(id)}?site_id=${of(site)}`, { method: 'DELETE' }),
  segments: async (site: string) =>
    (await ask<{ segments: Segment[] }>(`${pathOf(site)}/segments`)).segments,
  addSegment: (site: string, { own, ...segment }: Omit<Segment, 'id'>) =>
    ask<Segment>(`${pathOf(site)}/${own ? 'own-' : ''}segments`, { body: segment }),
  removeSegment: (site: string, { id, own }: Pick<Segment, 'id' | 'own'>) =>
    ask<unknown>(`${pathOf(site)}/${own ? 'own-' : ''}segments/${of(id)}`, { method: 'DELETE' }),
  gaps: (site: string) => ask<Gaps>(`${pathOf(site)}/gaps?from=1970-01-01&to=9998-12-31`),
  annotations: async (site: string) =>
    (await ask<{ annotations: Annotation[] }>(`${pathOf(site)}/annotations`)).annotations,
  addAnnotation: (site: string, annotation: Omit<Annotation, 'id'>) =>
    ask<Annotation>(`${pathOf(site)}/annotations`, { body: annotation }),
  removeAnnotation: (site: string, id: string) =>
    ask<unknown>(`${pathOf(site)}/annotations/${of(id)}`, { method: 'DELETE' }),
  shared: () => ask<Shared>('/api/shared'),
  unlock: (password: string) => ask<{ pass: string }>('/api/shared', { body: { password } }),
  sharedLinks: async (site: string) =>
    (await ask<{ shared_links: SharedLink[] }>(`${pathOf(site)}/shared-links`)).shared_links,
  addSharedLink: (site: string, link: Readonly<Record<string, unknown>>) =>
    ask<MadeLink>(`${pathOf(site)}/shared-links`, { body: link }),
  changeSharedLink: (site: string, id: string, changed: Readonly<Record<string, unknown>>) =>
    ask<SharedLink>(`${pathOf(site)}/shared-links/${of(id)}`, { method: 'PUT', body: changed }),
  endSharedLink: (site: string, id: string) =>
    ask<unknown>(`${pathOf(site)}/shared-links/${of(id)}`, { method: 'DELETE' }),
  erase: (site: string, what: Readonly<Record<string, string>>) =>
    ask<Erasure>(`${pathOf(site)}/erasures`, { body: what }),
  /** Whom an address and a user agent are, on the days whose salts exist. */
  visitorsOf: async (site: string, address: string, user_agent: string) => {
    const { pass } = await ask<{ pass: string }>(`${pathOf(site)}/visitor-pass`, { body: {} });
    const body = { pass, address, user_agent };
    return (await ask<{ visitors: AskedVisitor[] }>('/api/v1/visitors', { body })).visitors;
  },
  hitsPath: (site: string, visitors: readonly AskedVisitor[], format: 'ndjson' | 'csv') =>
    `/api/hits?site=${of(site)}&visitor=${visitors.map(({ visitor }) => visitor)}&format=${format}`,
  hitsOf: (site: string, visitors: readonly AskedVisitor[]) =>
    askLines<RawHit>(api.hitsPath(site, visitors, 'ndjson')),
  eraseVisitors: (site: string, visitors: readonly AskedVisitor[]) => {
    const body = {
      visitor: visitors.map(({ visitor }) => visitor),
      ...{ from: visitors[0]!.day, to: visitors.at(-1)!.day },
    };
    return ask<Erasure>(`${pathOf(site)}/erasures`, { body });
  },
  removals: async () => (await ask<{ removals: Removal[] }>('/api/v1/removals')).removals,
  restore: (id: string) =>
    ask<Removal>(`/api/v1/removals/${of(id)}/restore`, { method: 'POST', body: {} }),
};
