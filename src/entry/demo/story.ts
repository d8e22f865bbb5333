import type { Weighted } from './chance.ts';

/** The invented site: a small shop for seeds and garden tools, with a magazine. */
export const demoDomain = 'demo.daybook.test';

/** Where a visit begins. */
export const entryPages: Weighted<string> = [
  ['/', 34],
  ['/magazine/when-to-sow-tomatoes', 16],
  ['/magazine/a-balcony-in-three-weekends', 11],
  ['/shop/seeds', 9],
  ['/magazine/compost-without-smell', 7],
  ['/shop/seeds/tomato-berner-rose', 6],
  ['/calendar', 6],
  ['/shop/tools', 4],
  ['/magazine/bees-like-these', 4],
  ['/shop/tools/hand-fork', 2],
  ['/about', 1],
];

/** Where it goes on. */
export const nextPages: Weighted<string> = [
  ['/shop/seeds', 20],
  ['/', 10],
  ['/shop/seeds/tomato-berner-rose', 9],
  ['/shop/tools', 9],
  ['/calendar', 9],
  ['/shop/seeds/runner-bean', 7],
  ['/magazine', 7],
  ['/shop/tools/hand-fork', 6],
  ['/magazine/compost-without-smell', 5],
  ['/magazine/bees-like-these', 5],
  ['/cart', 5],
  ['/about', 3],
  ['/shipping', 3],
  ['/contact', 2],
];

/** What brought a visit: the referrer as a browser says it, and the query of the link. */
export const origins: Weighted<{ readonly referrer?: string; readonly query?: string }> = [
  [{}, 31],
  [{ referrer: 'https://www.google.com/' }, 29],
  [{ referrer: 'https://www.bing.com/' }, 4],
  [{ referrer: 'https://duckduckgo.com/' }, 4],
  [{ referrer: 'https://chatgpt.com/' }, 4],
  [{ referrer: 'https://www.perplexity.ai/' }, 2],
  [{ referrer: 'https://www.reddit.com/r/gardening/' }, 5],
  [{ referrer: 'https://l.instagram.com/' }, 5],
  [{ referrer: 'https://www.pinterest.com/' }, 4],
  [{ referrer: 'https://www.youtube.com/' }, 3],
  [{ referrer: 'https://en.wikipedia.org/wiki/Tomato' }, 1],
  [{ referrer: 'https://allotment-diary.example/links' }, 2],
  [{ query: '?utm_source=newsletter&utm_medium=email&utm_campaign=sowing-time' }, 5],
  [
    {
      referrer: 'https://www.google.com/',
      query: '?utm_source=google&utm_medium=cpc&utm_campaign=seeds&gclid=demo',
    },
    3,
  ],
  [
    {
      referrer: 'https://l.facebook.com/',
      query: '?utm_source=facebook&utm_medium=paid_social&utm_campaign=balcony',
    },
    2,
  ],
  [{ query: '?utm_source=seed-packet&utm_medium=print&utm_campaign=qr' }, 1],
];

/** On one day everybody came from here. */
export const spike = {
  daysBack: 38,
  times: 2.6,
  origin: { referrer: 'https://news.ycombinator.com/' },
};

/** Countries and the language of most of their visitors. */
export const countries: Weighted<readonly [country: string, language: string]> = [
  [['US', 'en-US'], 26],
  [['DE', 'de-DE'], 17],
  [['GB', 'en-GB'], 11],
  [['FR', 'fr-FR'], 7],
  [['NL', 'nl-NL'], 5],
  [['CA', 'en-CA'], 5],
  [['AT', 'de-AT'], 4],
  [['CH', 'de-CH'], 4],
  [['IN', 'en-IN'], 4],
  [['AU', 'en-AU'], 3],
  [['SE', 'sv-SE'], 2],
  [['ES', 'es-ES'], 2],
  [['IT', 'it-IT'], 2],
  [['PL', 'pl-PL'], 2],
  [['BR', 'pt-BR'], 2],
  [['JP', 'ja-JP'], 2],
  [['DK', 'da-DK'], 1],
  [['MX', 'es-MX'], 1],
  [['ZA', 'en-ZA'], 1],
];

/** How busy each hour of the day is, from midnight on. */
export const hours = [
  12, 7, 5, 4, 4, 7, 15, 28, 42, 52, 58, 60, 57, 58, 60, 58, 54, 52, 56, 64, 68, 60, 42, 24,
];

/** How busy each day of the week is, from Sunday on: people garden, and read of it, at weekends. */
export const weekdays = [1.25, 0.95, 0.9, 0.88, 0.92, 0.98, 1.3];

/** What visitors do beside looking, with how often a visit with several views comes to it. */
export const events: Weighted<
  | {
      readonly name: string;
      readonly props?: Readonly<Record<string, string>>;
    }
  | undefined
> = [
  [undefined, 84],
  [{ name: 'Add to cart', props: { product: 'Berner Rose' } }, 7],
  [{ name: 'Newsletter', props: { place: 'footer' } }, 4],
  [{ name: 'File Download', props: { url: '/files/sowing-calendar.pdf' } }, 3],
  [{ name: 'Outbound Link: Click', props: { url: 'https://seed-library.example/' } }, 2],
];
