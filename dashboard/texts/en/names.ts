import type { FilterOperator, MetricName } from '../../api/types.ts';

/** What metrics, dimensions, values, times and comparisons are called. */
export const metricTexts: Readonly<Record<MetricName, string>> = {
  visitors: 'Visitors',
  visits: 'Visits',
  pageviews: 'Pageviews',
  views_per_visit: 'Views per visit',
  bounce_rate: 'Bounce rate',
  visit_duration: 'Visit duration',
  engaged_time: 'Engaged time',
  scroll_depth: 'Scroll depth',
  time_on_page: 'Time on page',
  events: 'Events',
  percentage: 'Share',
  conversion_rate: 'Conversion rate',
  group_conversion_rate: 'Conversion rate',
  total_revenue: 'Revenue',
  average_revenue: 'Average revenue',
};

/** Where a goal is among the filters. */
export const conversionTexts: Partial<Readonly<Record<MetricName, string>>> = {
  visitors: 'Converted visitors',
  events: 'Conversions',
};

/** What the server's table of fields calls otherwise, by names in addresses. */
export const dimensionTexts: Readonly<Record<string, string>> = {};

export const nameTexts = {
  goal: 'Goal',
  segment: 'Segment',
  site: 'Site',
  property: (name: string) => `Property ${name}`,
  notSet: 'Not set',
  direct: 'Direct',
  unknown: 'Unknown',
  everySite: 'All sites together',
  allTime: 'All time',
  dayAndTime: (day: string, time: string) => `${day}, ${time}`,
};

export const numberTexts = {
  underOne: (one: string) => `<${one}`,
  seconds: (seconds: number) => `${seconds}s`,
  minutes: (minutes: number, seconds: number) => `${minutes}m ${seconds}s`,
  hours: (hours: number, minutes: number) => `${hours}h ${minutes}m`,
  /** On an axis, whose steps are often whole. */
  shortened: (duration: string) => duration.replace(/ 0[sm]$/, ''),
  points: (count: number) => `${count} pt`,
  compact: (shown: string) => shown.replace('K', 'k'),
};

export const rangeTexts = {
  day: 'Today',
  yesterday: 'Yesterday',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '28d': 'Last 28 days',
  '30d': 'Last 30 days',
  '91d': 'Last 91 days',
  month: 'This month',
  lastmonth: 'Last month',
  '6mo': 'Last 6 months',
  '12mo': 'Last 12 months',
  year: 'This year',
  all: 'All time',
};

export const compareTexts = {
  weekdays: 'Period before, same weekdays',
  previous: 'Period just before',
  year: 'Year before',
  none: 'Nothing',
};

/** On the button, behind “against”. */
export const comparedTexts = {
  weekdays: 'previous',
  previous: 'just before',
  year: 'year before',
  none: 'nothing',
};

export const intervalTexts = {
  minute: 'Minutes',
  hour: 'Hours',
  day: 'Days',
  week: 'Weeks',
  month: 'Months',
};

export const operatorTexts: Readonly<Record<FilterOperator, string>> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  contains_not: 'does not contain',
  matches: 'matches',
  matches_not: 'does not match',
};
