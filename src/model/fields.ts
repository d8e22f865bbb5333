import type { Hit } from './hit.ts';

type TextField = Exclude<
  { [K in keyof Hit]-?: NonNullable<Hit[K]> extends string ? K : never }[keyof Hit],
  'id' | 'name' | 'visitor' | 'hostname' | 'page'
>;

/**
 * What a visit takes over from its first hit: column → field of the hit. An empty text is kept as
 * not known.
 */
export const firstHitFields: Readonly<Record<string, TextField>> = {
  referrer: 'referrer',
  source: 'source',
  channel: 'channel',
  utm_source: 'utmSource',
  utm_medium: 'utmMedium',
  utm_campaign: 'utmCampaign',
  utm_content: 'utmContent',
  utm_term: 'utmTerm',
  browser: 'browser',
  browser_version: 'browserVersion',
  os: 'os',
  os_version: 'osVersion',
  device: 'device',
  country: 'country',
  region: 'region',
  city: 'city',
  language: 'language',
  screen: 'screen',
};

export const firstHitColumns = Object.keys(firstHitFields);

export const texts = [
  'id',
  'name',
  'visitor',
  'hostname',
  'page',
  ...Object.values(firstHitFields),
];

/** The same columns in the order of the ledger's files. */
export const ledgerTextColumns = [
  'referrer',
  'source',
  'channel',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'utm_content',
  'utm_term',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'device',
  'country',
  'region',
  'city',
  'language',
  'screen',
] as const;
