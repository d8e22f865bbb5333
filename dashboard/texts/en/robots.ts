/** What robots read. */
export const robotTexts = {
  title: 'Robots',
  words:
    'Pages that robots asked for in this time: they are no visitors, and in no other number. ' +
    'Filters of the page do not hold here.',
  kind: 'Kind',
  robot: 'Robot',
  page: 'Page',
  pageviews: 'Pageviews',
  only: (kind: string) => `Only ${kind}`,
  all: 'All kinds',
  looking: 'Looking …',
  none: 'No robot asked for a page in this time.',
  dropped: 'This site does not keep what robots ask for.',
  settings: 'Settings: what is counted',
};
