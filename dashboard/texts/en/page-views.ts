/** The small page of page views. */
export const pageViewTexts = {
  title: 'Page views',
  loading: 'Loading …',
  total: 'Total page views',
  caption: 'Page views by path',
  path: 'Path',
  views: 'Page views',
  more: (count: string) => `Show ${count} more`,
  empty: 'No page views yet. Their total and a bar for each path will stand here.',
  first: 'Record the first one:',
  which: 'Which site?',
  noSite: (site: string) => `There is no site ${site}.`,
  addFirst: 'Add the first site',
  failed: (status: number) => `The page views could not be read (${status}).`,
  unreachable: 'Daybook could not be reached.',
  tryAgain: 'Try again',
};
