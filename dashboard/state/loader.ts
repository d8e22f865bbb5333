import { type ReadonlySignal, signal } from '@preact/signals';
import { ApiError } from '../api/client.ts';
import type { Answer, BatchResult, Query } from '../api/types.ts';

/** What a place on the page shows: the answer to `query`, or why there is none. */
export type Shown = {
  readonly query: Query;
  /** The query as text. */
  readonly key: string;
  readonly answer?: Answer;
  readonly error?: string;
};

export type Ask = (
  site: string,
  queries: readonly Query[],
  signal: AbortSignal,
) => Promise<readonly BatchResult[]>;
export type Queries = Readonly<Record<string, Query>>;

export type Loader = {
  /** By place. Until a new answer comes, the old one stays. */
  readonly shown: ReadonlySignal<Readonly<Record<string, Shown>>>;
  /** What is shown is not (all of) what is wanted, and is being asked for. */
  readonly loading: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<ApiError | undefined>;
  /** Says what the page wants; asks for what is not there yet, as one batch. */
  want(site: string, queries: Queries): void;
  /** Asks for everything wanted anew; what is shown stays as it is meanwhile. */
  refresh(queries: Queries): void;
  /** Forgets everything. */
  clear(): void;
};

/**
 * Keeps the answers a page shows. Only the last thing wanted counts: answers to what was wanted
 * before are let go.
 */
export function createLoader(ask: Ask): Loader {
  const shown = signal<Readonly<Record<string, Shown>>>({});
  const loading = signal(false);
  const problem = signal<ApiError | undefined>(undefined);
  let site: string | undefined;
  let wanted = new Map<string, string>();
  let underway: AbortController | undefined;

  async function load(places: readonly string[], queries: Queries): Promise<void> {
    underway?.abort();
    const mine = new AbortController();
    underway = mine;
    try {
      const results = await ask(
        site!,
        places.map((place) => queries[place]!),
        mine.signal,
      );
      if (underway !== mine) return;
      const next = { ...shown.peek() };
      places.forEach((place, i) => {
        const result = results[i] ?? { error: 'There was no answer to this.' };
        next[place] = {
          query: queries[place]!,
          key: wanted.get(place)!,
          ...('error' in result ? { error: result.error } : { answer: result }),
        };
      });
      shown.value = next;
      problem.value = undefined;
    } catch (error) {
      if (underway !== mine) return;
      problem.value = error instanceof ApiError ? error : new ApiError(0, String(error));
    }
    underway = undefined;
    loading.value = false;
  }

  function clear(): void {
    underway?.abort();
    underway = undefined;
    site = undefined;
    wanted = new Map();
    shown.value = {};
    loading.value = false;
    problem.value = undefined;
  }

  return {
    shown,
    loading,
    problem,
    want(newSite, queries) {
      if (newSite !== site) clear();
      site = newSite;
      wanted = keysOf(queries);
      const missing = [...wanted.keys()].filter(
        (place) => shown.peek()[place]?.key !== wanted.get(place),
      );
      // Back at what is shown already: what was on its way is not wanted any more.
      if (missing.length === 0) {
        underway?.abort();
        underway = undefined;
      }
      loading.value = missing.length > 0;
      if (missing.length > 0) void load(missing, queries);
    },
    refresh(queries) {
      if (site === undefined || underway !== undefined) return;
      wanted = keysOf(queries);
      void load([...wanted.keys()], queries);
    },
    clear,
  };
}

function keysOf(queries: Queries): Map<string, string> {
  return new Map(Object.entries(queries).map(([place, query]) => [place, JSON.stringify(query)]));
}
