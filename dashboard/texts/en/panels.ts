/** Panels and their tabs. */
export const panelTexts = {
  sites: 'Sites',
  sources: 'Sources',
  pages: 'Pages',
  places: 'Countries',
  devices: 'Devices',
  goals: 'Goals',
  events: 'Events',
};

const ofTags = 'Visits by links with a tag for this will be here, such as ?utm_source=newsletter.';

/**
 * Tabs by their keys: what each is called, many of it (as in “All sources”), and what stands where
 * there are no rows yet: what will be here, and how to get it.
 */
export const tabTexts = {
  site: { label: 'Sites', plural: 'sites', empty: 'No site was visited in this time.' },
  source: {
    label: 'Sources',
    plural: 'sources',
    empty:
      'Where visitors came from will be here: search engines, other sites, or straight to you.',
  },
  channel: {
    label: 'Channels',
    plural: 'channels',
    empty: 'Sources by kind will be here: search, social, AI assistants, email, and so on.',
  },
  referrer: {
    label: 'Referrers',
    plural: 'referrers',
    empty: 'The pages that link to yours will be here.',
  },
  campaign: {
    label: 'Campaigns',
    plural: 'campaigns',
    empty: 'Add ?utm_campaign=name to links you share, and their visitors will be told apart here.',
  },
  utm_source: { label: 'UTM source', plural: 'utm source tags', empty: ofTags },
  medium: { label: 'UTM medium', plural: 'utm medium tags', empty: ofTags },
  utm_content: { label: 'UTM content', plural: 'utm content tags', empty: ofTags },
  utm_term: { label: 'UTM term', plural: 'utm term tags', empty: ofTags },
  page: { label: 'Pages', plural: 'pages', empty: 'The pages that were viewed will be here.' },
  entry: {
    label: 'Entry',
    plural: 'entry pages',
    empty: 'The first page of each visit will be here.',
  },
  exit: { label: 'Exit', plural: 'exit pages', empty: 'The last page of each visit will be here.' },
  title: {
    label: 'Titles',
    plural: 'titles',
    empty: 'The titles of the pages that were viewed will be here.',
  },
  hostname: {
    label: 'Hosts',
    plural: 'host names',
    empty: 'The host names that pages were viewed on will be here.',
  },
  page_group: {
    label: 'Groups',
    plural: 'groups of pages',
    empty: 'Pages that you put together in the settings will be here: /blog/** as one row.',
  },
  'not-found': {
    label: 'Not found',
    plural: 'pages that were not found',
    empty: 'Pages that were asked for and do not exist will be here, by events named 404.',
  },
  country: {
    label: 'Countries',
    plural: 'countries',
    empty: 'The countries visitors came from will be here. Their addresses are not kept.',
  },
  map: {
    label: 'Map',
    plural: 'countries',
    empty: 'A map of the countries visitors came from will be here.',
  },
  region: {
    label: 'Regions',
    plural: 'regions',
    empty: 'The regions of those countries will be here.',
  },
  city: { label: 'Cities', plural: 'cities', empty: 'The cities visitors came from will be here.' },
  language: {
    label: 'Languages',
    plural: 'languages',
    empty: 'The languages that browsers ask for will be here.',
  },
  browser: {
    label: 'Browsers',
    plural: 'browsers',
    empty: 'The browsers pages were read with will be here.',
  },
  system: {
    label: 'Systems',
    plural: 'systems',
    empty: 'The systems those browsers ran on will be here.',
  },
  device: {
    label: 'Devices',
    plural: 'devices',
    empty: 'Phones, tablets, laptops and desktops will be here.',
  },
  screen: { label: 'Screens', plural: 'screens', empty: 'Screens by their width will be here.' },
  browser_version: {
    label: 'Browser versions',
    plural: 'browser versions',
    empty: 'The versions of those browsers will be here: filter by one of them first.',
  },
  os_version: {
    label: 'System versions',
    plural: 'system versions',
    empty: 'The versions of those systems will be here: filter by one of them first.',
  },
  goal: {
    label: 'Conversions',
    plural: 'goals',
    empty:
      'Say in the settings what you want visitors to do (send an event, view a page), and here ' +
      'stands how many did.',
  },
  event: {
    label: 'Events',
    plural: 'events',
    empty: "What your pages send by daybook('Signup') will be here.",
  },
  property: {
    label: 'Properties',
    plural: 'properties',
    empty:
      "Properties that come with events or pages, as in daybook('Signup', " +
      "{ props: { plan: 'pro' } }), will be here.",
  },
  outbound: {
    label: 'Outbound links',
    plural: 'outbound links',
    empty: 'Clicks on links to other sites will be here, by events named Outbound Link: Click.',
  },
  downloads: {
    label: 'Downloads',
    plural: 'downloads',
    empty: 'Files that were downloaded will be here, by events named File Download.',
  },
  forms: {
    label: 'Forms',
    plural: 'pages with forms that were sent',
    empty: 'Pages whose forms were sent will be here, by events named Form: Submission.',
  },
};

/** The values of a property. */
export const propertyTabTexts = (name: string) => ({
  ...{ label: name, plural: `values of ${name}`, empty: 'No hit has this property.' },
});

export const panelViewTexts = {
  back: '‹ All properties',
  more: 'More',
  moreOf: (panel: string) => `More of ${panel.toLowerCase()}`,
  column: (panel: string, metric: string) => `${panel}: column ${metric}`,
  noneOf: (count: number) => `No row of ${count} visitors or more.`,
  nothing: 'Nothing in this time with these filters.',
};
