/**
 * The visitor of rows that a robot sent. They are kept and given back, but belong to no visit: no
 * report counts them. Only the deploy dialect keeps such rows.
 */
export const robotVisitor = '0000000000000000';

/**
 * One recorded request, as it is stored (one JSON text a row) and given back. Absent means not
 * known.
 */
export type Hit = {
  /** 64 bits as 16 hex digits; unique within its site-day, the earliest of duplicates wins. */
  readonly id: string;
  /** Milliseconds since 1970; says which site-day the hit is of. */
  readonly time: number;
  /** `pageview`, `engagement`, or the name of a custom event. */
  readonly name: string;
  /** 64 bits as 16 hex digits: one browser on one site on one day; of a robot's row all zeros. */
  readonly visitor: string;
  /** Of the page, lower case, without `www.`; '' where the sender named none. */
  readonly hostname: string;
  /** The path, with `#fragment` in hash mode; for the deploy dialect `pathname` as sent. */
  readonly page: string;
  /** Host and path of another site, without scheme, `www.` and query. */
  readonly referrer?: string;
  /**
   * Name of the source (`Google`), else the referring host or `utm_source`; absent means direct.
   */
  readonly source?: string;
  readonly channel: string;
  readonly utmSource?: string;
  readonly utmMedium?: string;
  readonly utmCampaign?: string;
  readonly utmContent?: string;
  readonly utmTerm?: string;
  readonly browser?: string;
  readonly browserVersion?: string;
  readonly os?: string;
  readonly osVersion?: string;
  /** `Mobile`, `Tablet`, `Laptop` or `Desktop`. */
  readonly device?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  /** ISO 3166-2. */
  readonly region?: string;
  readonly city?: string;
  /** BCP 47, as the browser said it. */
  readonly language?: string;
  /** Class of the screen's width. */
  readonly screen?: string;
  /** Only where false: the event does not count against a bounce. */
  readonly interactive?: false;
  readonly props?: Readonly<Record<string, string>>;
  /** An ISO 4217 code; the amount has three decimals at the most. */
  readonly revenue?: { readonly currency: string; readonly amount: number };
  /** Only of an engagement: per cent, 0 to 100. */
  readonly scrollDepth?: number;
  /** Only of an engagement. */
  readonly engagedMs?: number;
  /** Only of the deploy dialect: the sender's own fields, given back as they came. */
  readonly sent?: Readonly<Record<string, unknown>>;
};
