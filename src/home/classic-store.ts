/**
 * The table of a plain analytics microservice, as its course makes it: partition key `pagePath`
 * (String), sort key `timestamp` (Number, seconds). It is written and read as it is, without a
 * second table.
 */
export type ClassicStore = {
  /**
   * Keeps a hit; resolved means durable. Two hits of one page at one instant are two items: the
   * later one is moved on by microseconds. Tried again after a lost answer it is one item, told by
   * `id`, which is random. Rejects with `bad-input` for values that the table cannot hold, and
   * `unavailable` where the table does not take it.
   */
  put(hit: ClassicHit, id: string): Promise<void>;
  /** The items after a key, page by page as the table gives them, each with its key as text. */
  scan(after: string | undefined): AsyncIterable<readonly ClassicItem[]>;
  close(): void;
};

export type ClassicHit = {
  readonly pagePath: string;
  /** In µs since 1970. */
  readonly atMicros: number;
  /** All else that was sent. */
  readonly sent: Readonly<Record<string, unknown>>;
};

export type ClassicItem = {
  /** What `scan` takes to go on after this item. */
  readonly key: string;
  /** `pagePath`, `timestamp` in seconds, and all else that was sent. */
  readonly item: Readonly<Record<string, unknown>>;
};
