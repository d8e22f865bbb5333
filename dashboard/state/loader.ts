import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { ApiError } from '../api/client.ts';
import type { Answer, BatchResult, Query } from '../api/types.ts';
import { shellTexts } from '../texts/texts.ts';

/** What one place on the page shows: the answer to `query`, or why there is none. */
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
  /** The answers by place. Until a new answer comes, the old one stays. */
  readonly shown: ReadonlySignal<Readonly<Record<string, Shown>>>;
  /** Whether something that the page needs is not shown yet, and is being loaded. */
  readonly loading: ReadonlySignal<boolean>;
  readonly problem: ReadonlySignal<ApiError | undefined>;
  /** Sets what the page needs. Loads what is missing, as one batch. */
  want(site: string, queries: Queries): void;
  /** Loads everything again; what is shown stays until the answer comes. */
  refresh(queries: Queries): void;
  /** Forgets everything. */
  clear(): void;
};

/**
 * Keeps the answers that a page shows. Only the last call of `want` matters: answers to earlier
 * ones are ignored.
 */
export function createLoader(ask: Ask): Loader {
  const shown = signal<Readonly<Record<string, Shown>>>({});
  const loading = signal(false);
  const problem = signal<ApiError | undefined>(undefined);
  let site: string | undefined;
  let wanted = new Map<string, string>();
  let current: AbortController | undefined;

  async function load(places: readonly string[], queries: Queries): Promise<void> {
    current?.abort();
    const own = new AbortController();
    current = own;
    try {
      const results = await ask(
        site!,
        places.map((place) => queries[place]!),
        own.signal,
      );
      if (current !== own) return;
      const next = { ...shown.peek() };
      places.forEach((place, i) => {
        const result = results[i] ?? { error: shellTexts.noAnswerToThis };
        next[place] = {
          query: queries[place]!,
          key: wanted.get(place)!,
          ...('error' in result ? { error: result.error } : { answer: result }),
        };
      });
      end({ next });
    } catch (error) {
      if (current !== own) return;
      end({ error: error instanceof ApiError ? error : new ApiError(0, String(error)) });
    }
  }

  /** At once: what is shown may make the page want more, which is loaded then. */
  function end({
    next,
    error,
  }: {
    next?: Readonly<Record<string, Shown>>;
    error?: ApiError;
  }): void {
    current = undefined;
    batch(() => {
      loading.value = false;
      problem.value = error;
      if (next !== undefined) shown.value = next;
    });
  }

  function clear(): void {
    current?.abort();
    current = undefined;
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
      // All that is wanted is shown already: a request under way is no longer needed.
      if (missing.length === 0) {
        current?.abort();
        current = undefined;
      }
      loading.value = missing.length > 0;
      if (missing.length > 0) void load(missing, queries);
    },
    refresh(queries) {
      if (site === undefined || current !== undefined) return;
      wanted = keysOf(queries);
      void load([...wanted.keys()], queries);
    },
    clear,
  };
}

function keysOf(queries: Queries): Map<string, string> {
  return new Map(Object.entries(queries).map(([place, query]) => [place, JSON.stringify(query)]));
}
