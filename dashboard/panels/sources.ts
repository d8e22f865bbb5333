import type { Panel } from './panel.ts';
import { onlySet, visitTab } from './tabs.ts';

const tag = (dimension: 'utm_source' | 'medium' | 'utm_content' | 'utm_term', label: string) =>
  visitTab({
    dimension,
    label,
    plural: `${label.toLowerCase()} tags`,
    only: [onlySet(dimension)],
    empty: `Visits by links with a tag for this will be here, such as ?utm_source=newsletter.`,
  });

export const sources: Panel = {
  name: 'sources',
  title: 'Sources',
  tabs: [
    visitTab({
      dimension: 'source',
      label: 'Sources',
      plural: 'sources',
      empty:
        'Where visitors came from will be here: search engines, other sites, or straight to you.',
    }),
    visitTab({
      dimension: 'channel',
      label: 'Channels',
      plural: 'channels',
      empty: 'Sources by kind will be here: search, social, AI assistants, email, and so on.',
    }),
    visitTab({
      dimension: 'referrer',
      label: 'Referrers',
      plural: 'referrers',
      empty: 'The pages that link to yours will be here.',
    }),
    visitTab({
      dimension: 'campaign',
      label: 'Campaigns',
      plural: 'campaigns',
      only: [onlySet('campaign')],
      empty:
        'Add ?utm_campaign=name to links you share, and their visitors will be told apart here.',
    }),
    tag('utm_source', 'UTM source'),
    tag('medium', 'UTM medium'),
    tag('utm_content', 'UTM content'),
    tag('utm_term', 'UTM term'),
  ],
};
