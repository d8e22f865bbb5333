export type Properties = Readonly<Record<string, unknown>>;

export type EventOptions = {
  readonly props?: Properties | undefined;
  /** Plausible's former name of `props`. */
  readonly meta?: Properties | undefined;
  readonly revenue?:
    | { readonly currency: string; readonly amount: number | string }
    | null
    | undefined;
  /** `false`: the event does not keep a visit from being a bounce. */
  readonly interactive?: boolean | undefined;
  /** An address to send in place of the page's; relative ones too. */
  readonly url?: string | undefined;
  /** Plausible's short name of `url`. */
  readonly u?: string | undefined;
  /**
   * Called when the hit was accepted, refused or given up. `status` is 0 where no answer came, or
   * where the hit was not sent.
   */
  readonly callback?: ((result: { readonly status: number }) => void) | undefined;
};

/** Sends an event, or counts the page where its name is `pageview`. */
export type Track = (name: string, options?: EventOptions | null) => void;

/**
 * What a tag says by `data-*`, and a page by `init`. Those that say yes or no are on where they are
 * there: as an attribute without a value, or `true`.
 */
export type Options = {
  /** The site, or several with commas between; absent: the page's host. */
  domain?: string | undefined;
  /** Where hits are sent. */
  api?: string | undefined;
  /** The `#fragment` is part of the page. */
  hash?: boolean | string | undefined;
  /** Counts on localhost too, and from files. */
  local?: boolean | string | undefined;
  /** Counts automated browsers too, for tests of one's own site. */
  automated?: boolean | string | undefined;
  /** Pageviews are counted only where the page says so. */
  manual?: boolean | string | undefined;
  /** Clicks on links to other hosts are events `Outbound Link: Click`. */
  outboundLinks?: boolean | string | undefined;
  /** Clicks on links to files are events `File Download`; a text names their endings: `pdf,zip`. */
  fileDownloads?: boolean | string | { fileExtensions: readonly string[] } | undefined;
  /** Forms that are sent are events `Form: Submission`. */
  formSubmissions?: boolean | string | undefined;
  /** Pages that were answered with 404 are events `404`; `page`: this is one. */
  notFound?: boolean | string | undefined;
  /** Pages that are not counted: paths with `*` and `**`, commas between. */
  exclude?: string | undefined;
  /** The only pages that are counted, likewise. */
  include?: string | undefined;
  /** Parameters of the query that make another page: `id,q`. */
  queryParameters?: string | undefined;
  /** What could not be sent may wait in the browser's storage, until another page sends it. */
  storage?: boolean | string | undefined;
  /** The console says all that was sent, and what the server did with it. */
  debug?: boolean | string | undefined;
  /** Properties of the page, which a tag says by `data-event-NAME`. */
  pageProperties?: Properties | undefined;
  /** Properties of every hit, or what gives them for a hit of that name. */
  customProperties?: Properties | ((name: string) => Properties) | undefined;
  /** Changes a hit before it is sent; nothing is sent where it gives nothing. */
  transformRequest?: ((hit: Record<string, unknown>) => object | null | undefined) | undefined;
  /** Plausible's name of `api`. */
  endpoint?: string | undefined;
  /** Plausible's name of `hash`. */
  hashBasedRouting?: boolean | undefined;
  /** Plausible's name of `local`. */
  captureOnLocalhost?: boolean | undefined;
  /** `false`: Plausible's name of `manual`. */
  autoCapturePageviews?: boolean | undefined;
};
