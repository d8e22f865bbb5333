import type { FieldName } from '../../model/fields.ts';
import type { Site } from '../site.ts';
import type { PrivacyFacts } from './facts.ts';
import { wordList } from './words.ts';

type Words = string | ((site: Site, facts: PrivacyFacts) => string | undefined);

/** A field as visitors read of it; where the words are undefined, it is not collected. */
type FieldWords = { readonly name: string; readonly words: Words };

const ofCities =
  (words: string): Words =>
  (_, { hasCities }) =>
    hasCities ? words : undefined;

/** What each field of a hit is, for the site's visitors: every one of `model/fields.ts`. */
export const fieldWords: Readonly<Record<FieldName, FieldWords>> = {
  time: { name: 'Time', words: 'when it happened' },
  id: { name: 'Number of the hit', words: 'tells hits apart, so that none is counted twice' },
  name: {
    name: 'Kind',
    words: 'that a page was viewed, that it was left, or the name of something done on it',
  },
  visitor: {
    name: 'Number of the visitor',
    words: 'stands for one browser on one day; how it is made is said below',
  },
  hostname: { name: 'Host name', words: 'of the page' },
  page: { name: 'Page', words: ({ keptParameters = [] }) => `its path${keptOf(keptParameters)}` },
  referrer: {
    name: 'Referrer',
    words: 'host and path of the page on another site that led here, if the browser says it',
  },
  source: { name: 'Source', words: 'the name of that site, or what the link calls itself' },
  channel: { name: 'Channel', words: 'the kind of source: search, social, mail and the like' },
  utmSource: { name: 'utm_source', words: 'a tag of the link that led here, if it has one' },
  utmMedium: { name: 'utm_medium', words: 'likewise' },
  utmCampaign: { name: 'utm_campaign', words: 'likewise' },
  utmContent: { name: 'utm_content', words: 'likewise' },
  utmTerm: { name: 'utm_term', words: 'likewise' },
  browser: { name: 'Browser', words: 'its name' },
  browserVersion: { name: 'Version of the browser', words: 'the first part of its number' },
  os: { name: 'System', words: 'the name of the operating system' },
  osVersion: { name: 'Version of the system', words: 'its number' },
  device: { name: 'Device', words: 'mobile, tablet, laptop or desktop' },
  country: { name: 'Country', words: 'in which the address is' },
  region: { name: 'Region', words: ofCities('likewise') },
  city: { name: 'City', words: ofCities('likewise') },
  language: { name: 'Language', words: 'that the browser prefers' },
  screen: { name: 'Screen', words: 'the class of its width, not the width' },
  interactive: { name: 'Bounce', words: 'whether something done counts against a bounce' },
  props: {
    name: 'Properties',
    words: ({ customProperties = [] }) => propertiesOf(customProperties),
  },
  revenue: { name: 'Revenue', words: 'amount and currency, where a page sends them with an event' },
  scrollDepth: { name: 'Scroll depth', words: 'how far down the page was seen, in per cent' },
  engagedMs: { name: 'Time on page', words: 'how long the page was in view and used' },
  sent: {
    name: 'Fields of a server',
    words: 'what a server of the site sent to be stored with the hit, if it uses that interface',
  },
  title: { name: 'Title', words: 'of the page' },
  robot: {
    name: 'Robot',
    words: ({ keepsRobots }) => (keepsRobots ? "of a robot's hit: the robot's name" : undefined),
  },
};

/** Of an address. The site's own pages may say more in their tag, which no setting knows of. */
function keptOf(parameters: readonly string[]): string {
  return parameters.length === 0
    ? ', without what stands behind “?”'
    : `, and of what stands behind “?” only ${wordList(parameters)}`;
}

const propertiesOf = (names: readonly string[]): string =>
  names.length === 0
    ? 'what a page sends with a hit besides; the site lists none'
    : `what a page sends with a hit besides; the site lists ${wordList(names)}`;
