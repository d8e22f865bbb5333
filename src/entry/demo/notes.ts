import type { Weighted } from './chance.ts';
import type { Doing, Story } from './story.ts';

export const notesDomain = 'notes.daybook.test';

const titles: Readonly<Record<string, string>> = {
  '/': 'Notes of a gardener',
  '/first-frost': 'First frost',
  '/a-shed-of-pallets': 'A shed of pallets',
  '/what-the-slugs-left': 'What the slugs left',
  '/about': 'About these notes',
};

const pages: Weighted<string> = [
  ['/', 5],
  ['/first-frost', 3],
  ['/a-shed-of-pallets', 6],
  ['/what-the-slugs-left', 2],
  ['/about', 1],
];

const toShop: readonly Doing[] = [
  {
    ...{ name: 'Outbound Link: Click', props: { url: 'https://demo.daybook.test/' } },
    share: 0.06,
  },
];

/** A second site: small, and nothing happens to it. */
export const notes: Story = {
  domain: notesDomain,
  day: () => ({
    busy: 1,
    origins: [
      [{}, 8],
      [{ referrer: 'https://www.google.com/' }, 6],
      [{ referrer: 'https://allotment-diary.example/links' }, 2],
      [{ referrer: 'https://mastodon.social/' }, 2],
    ],
    countries: [
      [['GB', 'en-GB'], 6],
      [['US', 'en-US'], 3],
      [['IE', 'en-IE'], 2],
      [['DE', 'de-DE'], 1],
    ],
    entryPages: pages,
    nextPages: pages,
  }),
  titleOf: (page) => titles[page]!,
  doingsOn: () => toShop,
};
