/**
 * A link to a site's reports, for whoever has it. Each is a row:
 *
 *   link/<site>   <hash of the secret>
 *
 * The secret itself is never stored. It begins with the site's id, so that one read finds the row:
 * a link that was changed or ended is so from the next request on.
 */
export type SharedLink = {
  /** The first 16 digits of the hash. */
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly expiresMs?: number | undefined;
  /** As `hashPassword` makes it. */
  readonly password?: string | undefined;
  /** What is seen through it, as a query has filters; they may name segments. */
  readonly filters: readonly unknown[];
  /** Rows of fewer visitors are left out. */
  readonly hideBelow?: number | undefined;
  /** Sources of `frame-ancestors`: who may show it within a page. */
  readonly embedOn: readonly string[];
  readonly theme?: 'light' | 'dark' | undefined;
  /** What of the page is drawn; all where it is not said. */
  readonly parts?: readonly string[] | undefined;
  /** Only its badge and its counter can be seen. */
  readonly badgeOnly?: boolean | undefined;
};

export const sharedLinkPartition = (siteId: string) => `link/${siteId}`;
