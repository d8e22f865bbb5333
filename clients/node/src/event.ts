/** An event, as `POST /api/events` of Daybook takes it. */
export type Event = {
  /** Absent: `pageview`. */
  readonly name?: string | undefined;
  /** The page's, whole. */
  readonly url: string;
  /** The site; absent: that of the client, else the URL's host. */
  readonly domain?: string | undefined;
  readonly referrer?: string | undefined;
  readonly title?: string | undefined;
  readonly props?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly revenue?: { readonly currency: string; readonly amount: number } | undefined;
  /** False: does not keep a visit from being a bounce. */
  readonly interactive?: boolean | undefined;
  readonly language?: string | undefined;
  /** The visitor's: they tell visitors apart, and Daybook does not keep them. */
  readonly ip?: string | undefined;
  readonly userAgent?: string | undefined;
  /** The browser sends Sec-GPC or DNT. */
  readonly optOut?: boolean | undefined;
  /** When it was; absent: now. */
  readonly timestamp?: Date | number | string | undefined;
  /** What makes sending again safe; absent: one is made. */
  readonly id?: string | undefined;
};

/** Its text as it is sent, with an id and a time: the same at every try. */
export function textOf(event: Event, domain: string | undefined, nowMs: number): string {
  const { name = 'pageview', language, timestamp = nowMs, ...rest } = event;
  return JSON.stringify({
    ...rest,
    name,
    domain: event.domain ?? domain,
    l: language,
    timestamp,
    id: event.id ?? crypto.randomUUID(),
  });
}
