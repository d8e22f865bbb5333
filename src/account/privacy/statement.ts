import { zoneAt } from '../../lib/site-days.ts';
import { dataCentresWord } from '../../model/data-centres.ts';
import { type FieldName, fieldNames } from '../../model/fields.ts';
import { showDomain } from '../domain.ts';
import type { Site } from '../site.ts';
import type { PrivacyFacts } from './facts.ts';
import { fieldWords } from './fields.ts';
import { counted, wordList } from './words.ts';

/** What is collected of a site's visitors, in plain text: from its settings, and nothing else. */
export type PrivacyStatement = {
  readonly title: string;
  readonly sections: readonly PrivacySection[];
};

export type PrivacySection = {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** What is stored of each hit. */
  readonly fields?: readonly StatedField[];
};

export type StatedField = {
  readonly field: FieldName;
  readonly name: string;
  readonly words: string;
};

/** Every sentence follows from the settings, from the facts, or holds for every Daybook. */
export function privacyStatement(site: Site, facts: PrivacyFacts, nowMs: number): PrivacyStatement {
  const domain = showDomain(site.domain);
  return {
    title: `What ${domain} collects of its visitors`,
    sections: [
      { title: 'In short', paragraphs: inShort(domain, facts) },
      { title: 'What is stored', paragraphs: [pagesThatSend], fields: fieldsOf(site, facts) },
      { title: 'What is not stored', paragraphs: notStored },
      { title: 'The number of a visitor', paragraphs: visitorNumber(site, nowMs) },
      { title: 'Who is not counted', paragraphs: notCounted(site) },
      { title: 'How not to be counted', paragraphs: optingOut(site, domain) },
      { title: 'For how long', paragraphs: howLong(site, facts) },
      { title: 'Who can read it', paragraphs: whoReads(site, facts) },
      { title: 'To ask what is stored, or to have it erased', paragraphs: asking(facts) },
    ],
  };
}

const pagesThatSend =
  'Of each page that is viewed, and of what its site calls an event. What an event is called, ' +
  'which properties it has, and whether its tag adds parts of an address, the pages say.';

const inShort = (domain: string, { home }: PrivacyFacts) => [
  `${domain} counts visits with Daybook: no cookies, no addresses kept, nobody followed from one ` +
    'day to the next or from one site to another.',
  home === 'aws'
    ? "It runs in the Amazon Web Services account of the site's owner, and sends nothing to " +
      'anybody else.'
    : "It runs on a server of the site's owner, and sends nothing to anybody else.",
];

const notStored = [
  'When a hit comes, the IP address and the user agent of its browser are read, for country, ' +
    'browser and the number of the visitor. Then they are forgotten: Daybook writes them nowhere.',
  'No cookie is set. The script of Daybook stores nothing in the browser but the wish not to be ' +
    'counted; only where the tag says so (data-storage), hits that could not be sent wait there, ' +
    'for a day at the most.',
];

function visitorNumber({ zones }: Site, nowMs: number): string[] {
  const zone = zoneAt(zones, nowMs);
  return [
    'It is a keyed hash of address and user agent. The key, a random secret, is made for this ' +
      `site and one day of the time zone ${zone}, and is destroyed 48 hours after that day. From ` +
      'then on nobody can find out whose number it was. Of an IPv6 address only the first half ' +
      'is used.',
    'The next day, and on another site, the same browser has another number.',
  ];
}

function notCounted({
  domain,
  keepsRobots,
  hostnames,
  excludedAddresses: addresses,
  excludedPages: pages,
  excludedCountries: countries = [],
  excludedNetworks: networks = [],
}: Site): string[] {
  return [
    keepsRobots
      ? 'Robots are no visitors. What they ask for is stored with the name of the robot.'
      : 'Robots are not counted, and nothing of them is stored but how many there were.',
    ...(hostnames === undefined
      ? ['Pages are counted on every host name that has the script.']
      : hostnames === 'own'
        ? [`Only pages of ${showDomain(domain)} and of its subdomains are counted.`]
        : [`Only pages of ${wordList(hostnames)} are counted.`]),
    ...leftOut(
      addresses.length,
      counted(addresses.length, 'address or range', 'addresses or ranges'),
    ),
    ...leftOut(pages.length, counted(pages.length, 'pattern of pages', 'patterns of pages')),
    ...leftOut(countries.length, `who comes from ${wordList(countries.map(countryName))}`),
    ...leftOut(networks.length, `who comes by ${wordList(networks.map(networkName))}`),
    'Of what is not counted, the number by day and reason is kept. The last 100 stay in the ' +
      'memory of the server, each with its page and without anything of its visitor.',
  ];
}

/** What owners name themselves may tell of them: of that only the number is said. */
const leftOut = (count: number, what: string) =>
  count === 0 ? [] : [`The owner leaves out ${what}.`];

const countryName = (code: string) =>
  new Intl.DisplayNames(['en'], { type: 'region' }).of(code) ?? code;

const networkName = (name: string) =>
  name === dataCentresWord ? 'networks of known data centres' : `the network ${name}`;

const optingOut = ({ respectsGpc }: Site, domain: string) => [
  respectsGpc
    ? 'Browsers that send Global Privacy Control (Sec-GPC: 1) or Do Not Track (DNT: 1) are not ' +
      'counted: nothing of them is stored but how many such hits there were.'
    : 'Global Privacy Control (Sec-GPC) and Do Not Track (DNT) change nothing on this site.',
  'Where its pages load the full script of Daybook: whoever opens ' +
    `https://${domain}/#daybook-ignore once is not counted in that browser any more. The script ` +
    'stores this wish in the browser, and sends nothing from then on. #daybook-count takes it ' +
    'back.',
  'A script that is blocked sends nothing, either. Neither stops a site that counts by the log ' +
    'of its own server.',
];

function howLong({ keepHitsDays, keepRollUpsDays }: Site, { home }: PrivacyFacts): string[] {
  if (keepHitsDays === undefined)
    return ['What is stored is kept until the owner of the site removes it.'];
  const sums = 'Sums by day (how many views a page had, how many visitors a country)';
  return [
    `Each hit is kept for ${counted(keepHitsDays, 'day')}. Then it is in no report any more, and ` +
      'is destroyed a day later.',
    ...(home === 'aws' ? [inRecovery] : []),
    keepRollUpsDays === undefined
      ? `${sums} are kept until the owner removes them.`
      : `${sums} are kept for ${counted(Math.max(keepHitsDays, keepRollUpsDays), 'day')}.`,
  ];
}

const inRecovery =
  'The account’s owner can restore what was destroyed from the recovery of Amazon Web Services ' +
  'for about 36 days more.';

function whoReads(
  { open, public: isPublic, privacyPage }: Site,
  { links }: PrivacyFacts,
): string[] {
  return [
    open
      ? 'Anyone can read its reports, and each hit as it is stored.'
      : isPublic
        ? 'Anyone can read its reports. Single hits only the owner, and whom the owner lets in.'
        : 'Only the owner, and whom the owner lets in.',
    ...(links === 0
      ? []
      : [
          `${counted(links, 'link shows', 'links show')} reports, or a part of them, to whoever ` +
            'has it.',
        ]),
    privacyPage ? 'This page is public.' : 'This page can be read by whoever can read reports.',
  ];
}

const asking = ({ home }: PrivacyFacts) => [
  'Tell the owner of the site the address and the user agent of the browser, within two days. As ' +
    'long as the key of a day exists, the owner can find its hits by them, hand them over, and ' +
    'erase them. Later nobody can find them, and they are nobody’s any more.',
  'What the owner erases is in no report from then on, and is destroyed 24 hours later, or at ' +
    'once if the owner says so.',
  ...(home === 'aws' ? [inRecovery] : []),
];

const fieldsOf = (site: Site, facts: PrivacyFacts): StatedField[] =>
  fieldNames.flatMap((field) => {
    const { name, words } = fieldWords[field];
    const said = typeof words === 'string' ? words : words(site, facts);
    return said === undefined ? [] : [{ field, name, words: said }];
  });
