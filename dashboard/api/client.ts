import type { BatchResult, DayBooks, Drops, Query, Site } from './types.ts';

/** An answer that was not 2xx; `status` is 0 where none came. */
export class ApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

type Options = { readonly method?: string; readonly body?: unknown; readonly signal?: AbortSignal };

async function ask<T>(path: string, { method, body, signal }: Options = {}): Promise<T> {
  const init: RequestInit = {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    }),
    ...(signal !== undefined && { signal }),
  };
  const answer = await fetch(path, init).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'Daybook could not be reached.');
  });
  const data: unknown = await answer.json().catch(() => undefined);
  if (answer.ok) return data as T;
  throw new ApiError(answer.status, errorIn(data) ?? `Daybook answered ${answer.status}.`);
}

function errorIn(data: unknown): string | undefined {
  const error = (data as { error?: unknown } | undefined)?.error;
  return typeof error === 'string' ? error : undefined;
}

const of = (site: string) => encodeURIComponent(site);

/** All requests of the dashboard to the server. Each rejects with an `ApiError`. */
export const api = {
  session: () =>
    ask<{ signedIn: boolean; publicUrl?: string; hasCities?: boolean }>('/api/session'),
  signOut: () => ask<unknown>('/api/session', { method: 'DELETE' }),
  /** What anyone may read about an open site, and the owner about every site. */
  site: (site: string) => ask<Pick<Site, 'domain' | 'timezone'>>(`/api/v1/sites/${of(site)}`),
  sites: async () => (await ask<{ sites: Site[] }>('/api/v1/sites')).sites,
  addSite: (site: { domain: string; timezone: string }) =>
    ask<Site>('/api/v1/sites', { body: site }),
  batch: async (site: string, queries: readonly Query[], signal?: AbortSignal) => {
    const body = { site_id: site, queries };
    const options = { body, ...(signal !== undefined && { signal }) };
    return (await ask<{ results: BatchResult[] }>('/api/v2/batch', options)).results;
  },
  visitorsNow: (site: string) => ask<number>(`/api/v1/stats/realtime/visitors?site_id=${of(site)}`),
  drops: (site: string) => ask<Drops>(`/api/drops?site=${of(site)}`),
  books: async (site: string) =>
    (await ask<{ days: DayBooks[] }>(`/api/books?site=${of(site)}`)).days,
};
