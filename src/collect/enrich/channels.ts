import type { Category } from './source-table.ts';

/** How a visit came about. The names are those of Google Analytics 4, plus `AI Assistants`. */
export type Channel =
  | 'Direct'
  | 'Cross-network'
  | 'Paid Shopping'
  | 'Paid Search'
  | 'Paid Social'
  | 'Paid Video'
  | 'Display'
  | 'Paid Other'
  | 'AI Assistants'
  | 'Organic Shopping'
  | 'Organic Social'
  | 'Organic Video'
  | 'Organic Search'
  | 'Email'
  | 'Affiliates'
  | 'Audio'
  | 'SMS'
  | 'Mobile Push Notifications'
  | 'Referral';

/** All texts in lower case, '' where there is none. */
export type Arrival = {
  readonly source: string;
  readonly category: Category | undefined;
  readonly medium: string;
  readonly campaign: string;
  /** The source's tag or a click id says that an advertisement brought the visit. */
  readonly advertised: boolean;
};

const social = ['social', 'social-network', 'social-media', 'sm', 'social network', 'social media'];

const email = ['email', 'e-mail', 'e_mail', 'e mail'];

const display = ['display', 'banner', 'expandable', 'interstitial', 'cpm'];

const nothing = ['', '(none)', '(not set)'];

const paid = (a: Arrival) => a.advertised || /cp|^ppc$|^retargeting$|^paid/.test(a.medium);

const shopping = (a: Arrival) =>
  a.category === 'shopping' || /(?:[^a-df-z]|^)shop|shopping/.test(a.campaign);

/**
 * In order; the first that holds is the channel. The rules that Google publishes for manually
 * tagged traffic (Analytics Help, "Default channel group"), and beyond them: AI assistants, ad
 * servers and mail readers are recognised by their hosts, and whatever has a source but no rule is
 * a referral rather than unassigned.
 */
const rules: readonly (readonly [Channel, (a: Arrival) => boolean])[] = [
  [
    'Direct',
    (a) => a.source === '' && !a.advertised && nothing.includes(a.medium) && a.campaign === '',
  ],
  ['Cross-network', (a) => a.campaign.includes('cross-network') || a.medium === 'cross-network'],
  ['Paid Shopping', (a) => paid(a) && shopping(a)],
  ['Paid Search', (a) => paid(a) && a.category === 'search'],
  ['Paid Social', (a) => paid(a) && a.category === 'social'],
  ['Paid Video', (a) => paid(a) && a.category === 'video'],
  ['Display', (a) => a.category === 'display' || display.includes(a.medium)],
  ['Paid Other', paid],
  ['AI Assistants', (a) => a.category === 'ai' || a.medium === 'ai-assistant'],
  ['Organic Shopping', shopping],
  ['Organic Social', (a) => a.category === 'social' || social.includes(a.medium)],
  ['Organic Video', (a) => a.category === 'video' || a.medium.includes('video')],
  ['Organic Search', (a) => a.category === 'search' || a.medium === 'organic'],
  ['Email', (a) => a.category === 'email' || email.includes(a.source) || email.includes(a.medium)],
  ['Affiliates', (a) => a.medium === 'affiliate'],
  ['Audio', (a) => a.medium === 'audio'],
  ['SMS', (a) => a.source === 'sms' || a.medium === 'sms'],
  [
    'Mobile Push Notifications',
    (a) => a.source === 'firebase' || /push$|mobile|notification/.test(a.medium),
  ],
  ['Referral', (a) => a.source !== ''],
];

export function channelOf(arrival: Arrival): Channel {
  return rules.find(([, holds]) => holds(arrival))?.[0] ?? 'Direct';
}
