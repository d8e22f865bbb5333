/**
 * What a build contains. `builds.mjs` puts `true` or `false` in place of each, and what is then
 * never reached is left out.
 */
declare const WITH: {
  /** A page may have tags of several sites. */
  readonly sites: boolean;
  /** Stubs of Plausible's are taken over, and its names of options are known. */
  readonly plausible: boolean;
  /** Clicks: outbound links, downloads, events by attribute and class. */
  readonly clicks: boolean;
  /** Forms that are sent. */
  readonly forms: boolean;
  /** Pages that are not there. */
  readonly notFound: boolean;
  /** Properties of the page, of every hit, and `transformRequest`. */
  readonly properties: boolean;
  /** Pages that are excluded or included, and parameters of the query that make a page. */
  readonly pages: boolean;
  /** What could not be sent waits, and in storage where the page allows it. */
  readonly waiting: boolean;
  /** The console says all that was sent, and what the server did with it. */
  readonly debug: boolean;
  /** The link that leaves this browser out. */
  readonly ownVisits: boolean;
  /** Finds the tag of a script that was put into the page or into a bundle. */
  readonly inlined: boolean;
};
