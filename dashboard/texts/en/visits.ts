/** Single visits. */
export const visitTexts = {
  title: 'Visits',
  titleOfOne: 'A visit',
  within: 'Each within its day: nothing tells who it was, or leads to another day.',
  more: 'Show more',
  download: 'Download rows',
  looking: 'Looking …',
  noneYet: 'None yet; there are earlier days.',
  none: 'No visits in this time. Days whose hits are no longer kept have none.',
  heads: ['Began', 'Lasted', 'Pages', 'Entry page', 'Exit page', 'Source', 'Country', 'Device'],
  all: 'All visits',
  /** `22 Nov, 14:05:09`. */
  began: (day: string, time: string) => `${day}, ${time}`,
  lasted: (began: string, duration: string) => `${began}, lasted ${duration}`,
  moreSteps: (count: number) => `and ${count} more`,
  property: (name: string, value: string) => `${name}: ${value}`,
  readFor: (duration: string) => `read for ${duration}`,
  seen: (percent: string) => `${percent} seen`,
};
