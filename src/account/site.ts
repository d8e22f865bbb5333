import type { Day, ZoneSpan } from '../lib/site-days.ts';

/** A website. Shown by its domain, keyed by its id, so that a domain can change. */
export type Site = {
  /** 12 characters of [a-z0-9], never reused. */
  readonly id: string;
  /** Lower case, without scheme and `www.`; may hold a port or a path. */
  readonly domain: string;
  /** Domains that it had before: hits and questions that name them are its own until then. */
  readonly formerDomains?: readonly FormerDomain[];
  /** Names that clients of other products have for it: nobody else has them. */
  readonly aliases?: readonly string[];
  /** The time zones its days were and are cut by, oldest first; never empty. */
  readonly zones: readonly ZoneSpan[];
  readonly createdMs: number;
  /** Anyone may read its rows and reports. */
  readonly open: boolean;
  /** Anyone may see its reports, and no rows. */
  readonly public?: boolean;
  /** Anyone may read the page that says what is collected of its visitors. */
  readonly privacyPage?: boolean;
  /** The site of requests that name none. At most one is. */
  readonly default: boolean;
  /** Robots' hits are kept too: as rows of their own, of no visitor. */
  readonly keepsRobots?: true;
  /** Hits of browsers that ask not to be counted (Sec-GPC, DNT) are dropped as `opted-out`. */
  readonly respectsGpc: boolean;
  /** Addresses and CIDR ranges whose hits are dropped as `excluded-ip`. */
  readonly excludedAddresses: readonly string[];
  /**
   * Paths, `*` matching anything within a segment and `**` anything, dropped as `excluded-page`.
   */
  readonly excludedPages: readonly string[];
  /** Codes of ISO 3166-1 whose hits are dropped as `excluded-country`. */
  readonly excludedCountries?: readonly string[];
  /**
   * Numbers of networks (autonomous systems) whose hits are dropped as `excluded-network`;
   * `data-centres` are those that `model/data-centres.ts` knows.
   */
  readonly excludedNetworks?: readonly string[];
  /**
   * Hits of other host names are dropped as `hostname`: `own` are the domain's and its subdomains,
   * `*.example.com` all subdomains; any where it does not say.
   */
  readonly hostnames?: 'own' | readonly string[];
  /** Parameters of a URL's query that are a part of the page, in the order in which they stand. */
  readonly keptParameters?: readonly string[];
  /**
   * Patterns of pages, `*` and `**` as in excluded ones: a report by page group has one row for all
   * pages of a pattern, of the first that fits.
   */
  readonly pageGroups?: readonly string[];
  /** Names of properties, as Plausible's Sites API keeps them: all others are counted, too. */
  readonly customProperties?: readonly string[];
  /** ISO 4217: what revenue is shown in where goals have several currencies. */
  readonly currency?: string;
  /**
   * Partitions that a day's hits are spread over, from the next day on, where the home has more
   * than one.
   */
  readonly shards?: number;
  /** What its owner wants reached; no two of one name. */
  readonly goals?: readonly Goal[];
  /** Filters that were kept under a name; no two of one name. */
  readonly segments?: readonly Segment[];
  /**
   * Days before today that hits and visits, and roll-ups, are kept; for ever where it does not say
   * (`account/retention.ts`).
   */
  readonly keepHitsDays?: number;
  readonly keepRollUpsDays?: number;
  /** No hit of an earlier day is taken. */
  readonly sealedFrom?: Day;
  /** Nor of these: when days were unsealed, something had been erased from them. */
  readonly sealedDays?: readonly Day[];
  /** What it kept before that was last changed: what is taken back goes back to it. */
  readonly keptBefore?: Kept;
  /** The day its weeks start on, 1 (Monday, where it is not said) to 7. */
  readonly weekStarts?: number;
};

export type FormerDomain = { readonly domain: string; readonly untilMs: number };

export type Kept = Pick<Site, 'keepHitsDays' | 'keepRollUpsDays' | 'sealedFrom'>;

/**
 * Filters under a name, as a query has them. `id`: 8 hex digits, random, which queries name it by.
 */
export type Segment = {
  readonly id: string;
  readonly name: string;
  readonly filters: readonly unknown[];
  /** Whose it is; absent: it is the site's, for all who read it. */
  readonly personId?: string;
};

/**
 * Something that visitors are meant to do: send an event of that name, or view a page (`*` matches
 * anything within a segment, `**` anything). `currency` (ISO 4217): what its revenue is counted in.
 */
export type Goal = { readonly name: string } & (
  | { readonly event: string; readonly currency?: string }
  | { readonly page: string }
);

/** The former domains that still mean a site. */
export const formerDomainsAt = (
  { formerDomains = [] }: Pick<Site, 'formerDomains'>,
  nowMs: number,
): readonly FormerDomain[] => formerDomains.filter(({ untilMs }) => nowMs < untilMs);

/** What questions name all sites together by: no domain is like that. */
export const everySite = '*';
