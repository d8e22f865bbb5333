/** The settings of a site: their frame, their sections, and each setting. */
export const settingsTexts = {
  title: (site: string) => `Settings of ${site}`,
  nav: 'Settings',
  save: 'Save',
  saved: 'Saved.',
  savedPruned: (days: number) =>
    `Saved. ${days} days are removed; “Erase and remove” takes them back for 24 hours.`,
  days: 'days',
  forever: 'for ever',
  these: 'These',
  ofEachGoal: 'That of each goal',
  currency: (code: string, name: string | undefined) => `${code}: ${name}`,
  anyHost: 'Any',
  dropRobots: 'Not counted',
  keepRobots: 'Kept, in reports of their own',
  ownHosts: 'The site’s own, and its subdomains',
  sections: {
    general: {
      title: 'General',
      words: 'What the site is, and how its days and money are shown.',
    },
    tracker: {
      title: 'Tracker',
      words: 'What your pages load, and what it counts by itself.',
    },
    goals: { title: 'Goals', words: 'What visitors are meant to do.' },
    counted: {
      title: 'What is counted',
      words: 'Hits that are left out are not stored. “Why not counted?” says which and why.',
    },
    pages: { title: 'Pages', words: 'What is one page, and what are two.' },
    kept: {
      title: 'How long',
      words: 'What is older is removed each day. It can be taken back for 24 hours.',
    },
    share: {
      title: 'Share',
      words: 'Who sees its reports without the owner key. Nobody of them changes anything.',
    },
    privacy: {
      title: 'Privacy',
      words: 'What your visitors are told, and who of them asks for what is stored.',
    },
    segments: { title: 'Segments', words: 'Filters that were kept under a name.' },
    annotations: {
      title: 'Annotations',
      words: 'What happened on a day: it stands below the chart.',
    },
    notifications: {
      title: 'Reports and alerts',
      words: 'What is sent, to whom, and where. Nothing is sent that nobody asked for.',
    },
    export: { title: 'Export', words: 'Everything that is stored of each hit. It is yours.' },
    erase: {
      title: 'Erase and remove',
      words: 'What is erased is in no report from then on, and destroyed 24 hours later.',
    },
  },
  /** By the API's names: what a setting is called, and what helps to choose. */
  fields: {
    domain: [
      'Domain',
      'As visitors type it. Pages that still name the old one are counted for 72 hours.',
    ],
    aliases: [
      'Other names',
      'One a line, as the pages of another product have it: an Umami website’s id, ' +
        'Plausible’s pa-…, a GoatCounter code.',
    ],
    timezone: ['Time zone', 'Its days begin at midnight there. A change starts with the next day.'],
    week_starts: ['Weeks start on', ''],
    currency: [
      'Currency',
      'What revenue is shown in where goals have several. Nothing is converted.',
    ],
    hostnames: ['Host names', 'Hits of pages on other host names are left out.'],
    excluded_addresses: [
      'Addresses to leave out',
      'One a line: 192.0.2.7, or a range such as 2001:db8::/32. Your office, for instance.',
    ],
    excluded_pages: [
      'Pages to leave out',
      'One a line: /admin/** is all below /admin; * is anything between two slashes.',
    ],
    excluded_countries: ['Countries to leave out', 'One code a line, such as DE.'],
    excluded_networks: [
      'Networks to leave out',
      'One a line: AS numbers, or data-centres for the known ones. It takes a database of ' +
        'networks (--network-database).',
    ],
    robots: [
      'Robots',
      'Search engines, AI crawlers, monitors: no visitors either way. Kept, they have a page of ' +
        'their own below the report.',
    ],
    respect_gpc: [
      'Leave out who asks not to be counted',
      'Browsers that send Global Privacy Control or Do Not Track.',
    ],
    kept_query_parameters: [
      'Parameters that belong to a page',
      'One name a line. With id here, /item?id=1 and /item?id=2 are two pages.',
    ],
    page_groups: [
      'Groups of pages',
      'One pattern a line: /blog/** is one row in “Groups”, also for earlier days.',
    ],
    keep_hits_days: [
      'Days that hits are kept',
      'Afterwards there are reports by one dimension, and no single hit.',
    ],
    keep_roll_ups_days: ['Days that sums are kept', 'Afterwards nothing is left of the day.'],
    public: ['Anyone may see its reports', 'At the address of its report. Single hits stay yours.'],
    privacy_page: [
      'Anyone may read what the site collects',
      'On the page below, to link to from your privacy policy. It shows nothing else.',
    ],
    open: [
      'Anyone may read all of it',
      'Its reports, segments and annotations, and every hit as it came.',
    ],
  } satisfies Readonly<Record<string, readonly [label: string, help: string]>>,
};
