/** The owner, or anybody else: who may read the reports of open sites. */
export type Standing = 'owner' | 'stranger';

/** What one request may ask for. */
export type Limits = {
  /** Queries in a batch. */
  readonly queries: number;
  readonly dimensions: number;
  /** Values compared, and patterns among them, in all filters of a query together. */
  readonly values: number;
  readonly patterns: number;
  /** Dimensions and metrics in all rows of the answer, at the most, by estimate (`costOf`). */
  readonly cells: number;
  /** What all answers of a request may contain, as it is found (`sql/room.ts`). */
  readonly answers: { readonly values: number; readonly characters: number };
  /** Rows read, and tests and groups of each, by estimate (`costOf`). */
  readonly steps: number;
  /** How long it may compute, where the engine allows it. */
  readonly timeoutMs: number;
  /** Whom they are for, as an error names them. */
  readonly of: string;
};

/**
 * Twice what the largest query has: 10,000 rows with all dimensions and metrics, each beside
 * another period. 500,000 values take some 150 MB in the process that computes them.
 */
const answers = { values: 500_000, characters: 20_000_000 };

/**
 * The owner may ask for what DuckDB can take: it is the owner's machine. Strangers get what the
 * dashboard asks for, and some more. 200 million steps are one filter by a page over 20 million
 * hits, or ten patterns over two; they take some seconds of one core.
 */
export const limitsOf: Readonly<Record<Standing, Limits>> = {
  owner: {
    ...{ queries: 50, dimensions: 8, values: 500, patterns: 500 },
    ...{ cells: Number.POSITIVE_INFINITY, steps: Number.POSITIVE_INFINITY },
    answers,
    timeoutMs: Number.POSITIVE_INFINITY,
    of: '',
  },
  stranger: {
    ...{ queries: 20, dimensions: 4, values: 100, patterns: 10 },
    ...{ cells: 250_000, steps: 200_000_000 },
    answers,
    timeoutMs: 5_000,
    of: ' without the owner key',
  },
};
