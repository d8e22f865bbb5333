import type { Chance, Weighted } from './chance.ts';
import { happened, outage } from './shop-happened.ts';
import {
  addToCart,
  boxPage,
  doingsOn,
  entryPagesOn,
  misspelledPage,
  nextPagesOn,
  shopDomain,
  titleOf,
} from './shop-pages.ts';
import type { Origin, Story, StoryDay, View } from './story.ts';

/** A small shop for seeds and garden tools, with a magazine. */
export const shop: Story = {
  domain: shopDomain,
  ...{ day, titleOf, doingsOn, buying },
};

/** All of the time that the demo shows. */
const spanDays = 91;

function day(back: number): StoryDay {
  const usual = originsOn(back);
  const usualWeight = usual.reduce((sum, [, weight]) => sum + weight, 0);
  const more = surges.flatMap(({ origin, fromBack, shares }) => {
    const share = shares[fromBack - back];
    return share === undefined ? [] : [[origin, share] as const];
  });
  return {
    busy: more.reduce((sum, [, share]) => sum + share, 1),
    origins: [...usual, ...more.map(([origin, share]) => [origin, share * usualWeight] as const)],
    countries: countriesOn(back),
    entryPages: entryPagesOn(back),
    nextPages: nextPagesOn(back),
    ...(back === happened.outage && { troubles: outage }),
  };
}

/** From 0, when the time began, to 1, at the present day. */
const progress = (back: number) => Math.max(0, 1 - back / spanDays);

/** The share of visits from search with one view. */
function searchBounces(back: number): number {
  const since = happened.redesign - back;
  return since < 0 ? 0.64 : Math.max(0.4, 0.58 - 0.03 * since);
}

const newsletter = '?utm_source=newsletter&utm_medium=email';

/** Many read it, few buy. */
const sowingLetter: Origin = {
  query: `${newsletter}&utm_campaign=sowing-time&utm_content=button`,
  lands: [
    ['/calendar', 6],
    ['/magazine/when-to-sow-tomatoes', 3],
    ['/', 1],
  ],
  bounces: 0.35,
  buys: 0.012,
};

const boxLetter: Origin = {
  query: `${newsletter}&utm_campaign=seed-box&utm_content=picture`,
  lands: [[boxPage, 1]],
  ...{ bounces: 0.22, buys: 0.24, wants: boxPage },
};

const hackerNews: Origin = {
  referrer: 'https://news.ycombinator.com/',
  lands: [
    [boxPage, 9],
    ['/', 1],
  ],
  ...{ bounces: 0.66, buys: 0.004, wants: boxPage },
};

/** Visits beside the usual ones, as a share of these, on a day and the next ones. */
const surges: readonly {
  readonly origin: Origin;
  readonly fromBack: number;
  readonly shares: readonly number[];
}[] = [
  { origin: hackerNews, fromBack: happened.launch, shares: [1.7, 0.6, 0.15, 0.05] },
  ...happened.sowingLetters.map((fromBack) => ({
    ...{ origin: sowingLetter, fromBack },
    shares: [0.45, 0.2, 0.08],
  })),
  { origin: boxLetter, fromBack: happened.boxLetter, shares: [0.24, 0.1, 0.04] },
];

function originsOn(back: number): Weighted<Origin> {
  const bounces = searchBounces(back);
  return [
    [{}, 31],
    [{ referrer: 'https://www.google.com/', bounces }, 29],
    [{ referrer: 'https://www.bing.com/', bounces }, 4],
    [{ referrer: 'https://duckduckgo.com/', bounces }, 4],
    // More ask there each week.
    [{ referrer: 'https://chatgpt.com/' }, 1.5 + 8 * progress(back)],
    [{ referrer: 'https://www.perplexity.ai/' }, 1.5],
    [{ referrer: 'https://www.reddit.com/r/gardening/' }, 5],
    [{ referrer: 'https://l.instagram.com/' }, 5],
    [{ referrer: 'https://www.pinterest.com/' }, 4],
    [{ referrer: 'https://www.youtube.com/' }, 3],
    [{ referrer: 'https://en.wikipedia.org/wiki/Tomato' }, 1],
    [{ referrer: 'https://allotment-diary.example/links' }, 1],
    [
      {
        referrer: 'https://allotment-diary.example/tomatoes',
        lands: [[misspelledPage, 1]],
        bounces: 0.7,
      },
      2,
    ],
    [sowingLetter, 3],
    [boxLetter, back < happened.boxLetter ? 0.6 : 0],
    [
      {
        referrer: 'https://www.google.com/',
        query:
          '?utm_source=google&utm_medium=cpc&utm_campaign=seeds&utm_term=heirloom+seeds' +
          '&utm_content=text-ad&gclid=demo',
      },
      3,
    ],
    [
      {
        referrer: 'https://l.facebook.com/',
        query: '?utm_source=facebook&utm_medium=paid_social&utm_campaign=balcony&utm_content=video',
        ...{ lands: [['/magazine/a-balcony-in-three-weekends', 1]], bounces: 0.6, buys: 0.006 },
      },
      2,
    ],
    [{ query: '?utm_source=seed-packet&utm_medium=print&utm_campaign=qr' }, 1],
  ];
}

function countriesOn(back: number): StoryDay['countries'] {
  return [
    [['US', 'en-US'], 26],
    [['DE', 'de-DE'], 17],
    [['GB', 'en-GB'], 11],
    [['FR', 'fr-FR'], 7],
    // Sending there costs less than it did.
    [['NL', 'nl-NL'], 2.5 + 7.5 * progress(back)],
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
}

const products: Weighted<string> = [
  ['/shop/seeds/tomato-berner-rose', 5],
  ['/shop/seeds/runner-bean', 3],
  ['/shop/tools/hand-fork', 2],
];

function buying(chance: Chance, { wants }: Origin): readonly View[] {
  const page = wants ?? chance.pick(products);
  const { kind, amount } = orderOf(chance, page);
  const purchase = {
    ...{ name: 'Purchase', props: { kind } },
    revenue: { currency: 'EUR', amount },
  };
  return [
    { page, event: addToCart(page) },
    { page: '/cart' },
    { page: '/checkout' },
    { page: '/thanks', event: purchase },
  ];
}

/** In whole cents. */
function orderOf(chance: Chance, page: string): { kind: string; amount: number } {
  if (page === boxPage) return { kind: 'seed box', amount: 49 };
  const tool = page.startsWith('/shop/tools/');
  const packets = 1 + Math.floor(chance.between(0, 5));
  const cents = (tool ? 2_490 : 0) + packets * 340 + 390;
  return { kind: tool ? 'tools' : 'seeds', amount: cents / 100 };
}
