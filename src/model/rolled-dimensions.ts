/**
 * What roll-ups are by: dimension → its value as a report shows it, over a hit `h` or a visit `v`.
 * A value that is not known is a text too.
 */
const orElse = (column: string, missing = '(not set)') => `coalesce(${column}, '${missing}')`;

export const hitDimensions = {
  'event:name': 'h.name',
  'event:page': 'h.page',
  'event:hostname': orElse('h.hostname'),
} as const satisfies Readonly<Record<string, string>>;

export const visitDimensions = {
  'visit:entry_page': orElse('v.entry_page'),
  'visit:exit_page': orElse('v.exit_page'),
  'visit:entry_page_hostname': orElse('v.entry_hostname'),
  'visit:exit_page_hostname': orElse('v.exit_hostname'),
  'visit:source': orElse('v.source', 'Direct / None'),
  'visit:referrer': orElse('v.referrer', 'Direct / None'),
  'visit:channel': orElse('v.channel'),
  'visit:utm_source': orElse('v.utm_source'),
  'visit:utm_medium': orElse('v.utm_medium'),
  'visit:utm_campaign': orElse('v.utm_campaign'),
  'visit:utm_content': orElse('v.utm_content'),
  'visit:utm_term': orElse('v.utm_term'),
  'visit:browser': orElse('v.browser'),
  'visit:browser_version': orElse('v.browser_version'),
  'visit:os': orElse('v.os'),
  'visit:os_version': orElse('v.os_version'),
  'visit:device': orElse('v.device'),
  'visit:screen': orElse('v.screen'),
  'visit:language': orElse('v.language'),
  'visit:country': orElse('v.country'),
  'visit:region': orElse('v.region'),
  'visit:city': orElse('v.city'),
} as const satisfies Readonly<Record<string, string>>;

/**
 * Dimensions of hits that a visit has as well, over visits that have a pageview: those of the one
 * it began with.
 */
export const entryDimensions = {
  'event:page': 'v.entry_page',
  'event:hostname': orElse('v.entry_hostname'),
} as const satisfies Partial<Record<keyof typeof hitDimensions, string>>;

/** What properties are by: `event:props:<name>`. An empty value is as good as none. */
export const propPrefix = 'event:props:';

export const notSet = '(not set)';
