/** The types of the public API, as far as the pages use them. */

export type Site = {
  readonly domain: string;
  /** IANA name; the site's days begin and end in this zone. */
  readonly timezone: string;
  readonly open: boolean;
  readonly default: boolean;
  /** Only for its owner. */
  readonly robots?: 'drop' | 'keep';
};

export type MetricName =
  | 'visitors'
  | 'visits'
  | 'pageviews'
  | 'events'
  | 'views_per_visit'
  | 'bounce_rate'
  | 'visit_duration'
  | 'engaged_time'
  | 'scroll_depth'
  | 'time_on_page'
  | 'percentage'
  | 'conversion_rate'
  | 'group_conversion_rate'
  | 'total_revenue'
  | 'average_revenue';

export type Interval = 'minute' | 'hour' | 'day' | 'week' | 'month';

export type FilterOperator =
  | 'is'
  | 'is_not'
  | 'contains'
  | 'contains_not'
  | 'matches'
  | 'matches_not';

export type QueryFilter =
  | readonly [FilterOperator, string, readonly string[]]
  | readonly [FilterOperator, string, readonly string[], { readonly case_sensitive: boolean }]
  | readonly ['and' | 'or', readonly QueryFilter[]]
  | readonly ['not' | 'has_done' | 'has_not_done', QueryFilter];

/** A Stats API v2 query without its `site_id`, which a batch contains once. */
export type Query = {
  readonly metrics: readonly MetricName[];
  /** Two days, both included; two instants (ISO 8601); today; or `all`. */
  readonly date_range: 'all' | 'day' | readonly [string, string];
  readonly dimensions?: readonly string[];
  readonly filters?: readonly QueryFilter[];
  readonly order_by?: readonly (readonly [string, 'asc' | 'desc'])[];
  readonly include?: {
    readonly time_labels?: boolean;
    readonly total_rows?: boolean;
    /** Compares each row with the same row of that period. */
    readonly compare?: { readonly mode: 'custom'; readonly date_range: readonly [string, string] };
  };
  readonly pagination?: { readonly limit: number; readonly offset: number };
};

/** An amount of money. */
export type Money = {
  readonly value: number;
  readonly currency: string;
  readonly short: string;
  readonly long: string;
};

/** A metric's value; null where nothing was reported. */
export type Value = number | Money | null;

export type Row = {
  readonly dimensions: readonly string[];
  readonly metrics: readonly Value[];
  readonly comparison?: { readonly metrics: readonly Value[] };
};

export type Answer = {
  readonly results: readonly Row[];
  readonly meta: {
    readonly time_labels?: readonly string[];
    readonly total_rows?: number;
    /** What a metric does not show, and why. */
    readonly metric_warnings?: Readonly<Record<string, { readonly warning: string }>>;
    /** Some of its days still count hits that are erased. */
    readonly erasing?: { readonly warning: string };
  };
  readonly query: { readonly date_range: readonly [string, string] };
};

/** One of a batch's results: each query succeeds or fails by itself. */
export type BatchResult = Answer | { readonly error: string };

export type LoggedDrop = {
  readonly atMs: number;
  readonly reason: string;
  readonly domain: string;
  readonly name: string;
  readonly page: string;
};

export type Drops = {
  /** Drops of this site, newest first. */
  readonly drops: readonly LoggedDrop[];
  /** Hits that named a site that does not exist. */
  readonly unknown: readonly LoggedDrop[];
};

export type DayBooks = {
  readonly day: string;
  readonly received: number;
  readonly stored: number;
  readonly dropped: Readonly<Record<string, number>>;
};

/** A site's settings by their names, with its domain. */
export type Settings = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export type Goal = {
  readonly id: string;
  readonly goal_type: 'event' | 'page';
  readonly display_name: string;
  readonly event_name: string | null;
  readonly page_path: string | null;
  readonly currency: string | null;
};

/** Filters that were kept under a name. */
export type Segment = {
  readonly id: string;
  readonly name: string;
  readonly filters: readonly QueryFilter[];
  /** Of who looks, and seen by nobody else. */
  readonly own?: boolean;
};

/** `date`: a day, or a moment (ISO 8601). */
export type Annotation = { readonly id: string; readonly date: string; readonly text: string };

/** When hits may be missing: no server ran, or fewer are there than were stored. */
export type Gaps = {
  readonly down: readonly { readonly from: string; readonly to: string }[];
  readonly short_days: readonly {
    readonly date: string;
    readonly stored: number;
    readonly rows: number;
  }[];
};

/** What can be taken back until it is destroyed. */
export type Removal = {
  readonly id: string;
  readonly site: string;
  readonly kind: string;
  readonly what: string;
  readonly destroyed: string;
};

export type Removed = { readonly destroyed: string; readonly removal?: string };

/** Who a browser was on a day. */
export type AskedVisitor = { readonly day: string; readonly visitor: string };

/** The fields of a hit that are shown. */
export type RawHit = {
  readonly id: string;
  readonly time: number;
  readonly name: string;
  readonly page: string;
};

export type Erasure = { readonly id?: string; readonly destroyed?: string };

/** What happens on a site now. */
export type Live = {
  readonly now: string;
  readonly current_visitors: number;
  readonly minutes: readonly {
    readonly start: string;
    readonly visitors: number;
    readonly pageviews: number;
  }[];
  readonly pages: readonly LiveRow[];
  readonly sources: readonly LiveRow[];
  readonly countries: readonly LiveRow[];
  readonly hits: readonly {
    readonly time: string;
    readonly name: string;
    readonly page: string;
    readonly source: string;
    readonly country: string;
    readonly browser: string;
  }[];
};

/** A single visit, and what it did. */
export type Visit = {
  readonly id: string;
  readonly start: string;
  readonly duration: number;
  readonly pageviews: number;
  readonly events: number;
  readonly entry_page: string;
  readonly exit_page: string;
  readonly source: string;
  readonly country: string;
  readonly device: string;
  readonly browser: string;
  readonly os: string;
};

export type VisitStep = {
  readonly time: string;
  readonly name: string;
  readonly page: string;
  readonly title?: string;
  readonly props?: Readonly<Record<string, string>>;
  readonly revenue?: { readonly currency: string; readonly amount: number };
  readonly engaged_ms?: number;
  readonly scroll_depth?: number;
};

type LiveRow = { readonly value: string; readonly visitors: number };

/** A site now, and its visitors by hour of the last 24; the last one is not over. */
export type LiveSite = {
  readonly domain: string;
  readonly current_visitors: number;
  readonly hours: readonly string[];
  readonly visitors: readonly number[];
};

/** What a shared link shows, for whoever has it. A segment among its filters stands by its name. */
export type Shared = {
  readonly name: string;
  readonly domain: string;
  readonly timezone: string;
  readonly filters: readonly unknown[];
  readonly hide_below: number | null;
  readonly theme: 'light' | 'dark' | null;
  readonly parts: readonly string[] | null;
};

/** A shared link, for the owner. */
export type SharedLink = {
  readonly id: string;
  readonly name: string;
  readonly expires: string | null;
  readonly has_password: boolean;
  readonly filters: readonly unknown[];
  readonly hide_below: number | null;
  readonly embed_on: readonly string[];
  readonly theme: 'light' | 'dark' | null;
  readonly parts: readonly string[] | null;
  readonly badge_only: boolean;
};

/** A script of the tracker: where it is, and where the same file stays as it is. */
export type Script = {
  readonly name: string;
  readonly path: string;
  readonly lasting: string;
  readonly integrity: string;
  readonly bytes: number;
};

export type MadeLink = SharedLink & { readonly url: string; readonly secret: string };
