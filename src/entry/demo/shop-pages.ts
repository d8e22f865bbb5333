import type { Weighted } from './chance.ts';
import { happened } from './shop-happened.ts';
import type { Doing } from './story.ts';

export const shopDomain = 'demo.daybook.test';

/** The seed box, which was launched: the only page that was not there before. */
export const boxPage = '/shop/seed-box';

const titles: Readonly<Record<string, string>> = {
  '/': 'Seeds and tools for small gardens',
  '/shop/seeds': 'Seeds',
  '/shop/seeds/tomato-berner-rose': 'Tomato “Berner Rose”',
  '/shop/seeds/runner-bean': 'Runner bean “Lady Di”',
  '/shop/tools': 'Tools',
  '/shop/tools/hand-fork': 'Hand fork',
  [boxPage]: 'The seed box: a garden by post, four times a year',
  '/magazine': 'The magazine',
  '/magazine/when-to-sow-tomatoes': 'When to sow tomatoes',
  '/magazine/a-balcony-in-three-weekends': 'A balcony in three weekends',
  '/magazine/compost-without-smell': 'Compost without smell',
  '/magazine/bees-like-these': 'Bees like these',
  '/calendar': 'Sowing calendar',
  '/cart': 'Your cart',
  '/checkout': 'Address and payment',
  '/thanks': 'Thank you',
  '/join': 'Join the garden club',
  '/about': 'Who we are',
  '/shipping': 'Shipping',
  '/contact': 'Write to us',
};

export const notFoundTitle = 'Page not found';

/** Pages that links lead to, and that do not exist. */
export const notFoundPages = [
  '/magazine/when-to-sow-tomatos',
  '/blog/compost-without-smell',
  '/shop/seeds/sweet-pea',
  '/shop/gift-cards',
] as const;

const [misspelled, moved, soldOut, planned] = notFoundPages;

export const misspelledPage = misspelled;

export const titleOf = (page: string): string => titles[page] ?? notFoundTitle;

export function entryPagesOn(back: number): Weighted<string> {
  return [
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
    [boxPage, back <= happened.launch ? 3 : 0],
    // The new design came with new addresses, and one was forgotten.
    [moved, back <= happened.redesign ? 1.6 : 0],
    [soldOut, 0.6],
  ];
}

export function nextPagesOn(back: number): Weighted<string> {
  return [
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
    ['/cart', 4],
    ['/about', 3],
    ['/shipping', 3],
    ['/join', 3],
    ['/contact', 2],
    [boxPage, back <= happened.launch ? 8 : 0],
    [planned, back <= happened.launch ? 0.5 : 0],
  ];
}

const file = (name: string) => `https://${shopDomain}/files/${name}`;

const download = (name: string, share: number): Doing => ({
  ...{ name: 'File Download', props: { url: file(name) } },
  share,
});

const outbound = (url: string, share: number): Doing => ({
  ...{ name: 'Outbound Link: Click', props: { url } },
  share,
});

const submission = (path: string, share: number): Doing => ({
  ...{ name: 'Form: Submission', props: { path } },
  share,
});

export const addToCart = (page: string) => ({
  name: 'Add to cart',
  props: { product: titleOf(page) },
});

export const notFoundEvent = (path: string) => ({ name: '404', props: { path } });

const ofPages: Readonly<Record<string, readonly Doing[]>> = {
  '/calendar': [
    download('sowing-calendar.pdf', 0.24),
    outbound('https://weather.example/frost', 0.06),
  ],
  '/magazine/a-balcony-in-three-weekends': [
    download('balcony-plan.pdf', 0.1),
    outbound('https://pots-and-boxes.example/', 0.05),
    submission('/magazine/a-balcony-in-three-weekends', 0.02),
  ],
  '/magazine/when-to-sow-tomatoes': [
    outbound('https://seed-library.example/tomatoes', 0.04),
    submission('/magazine/when-to-sow-tomatoes', 0.03),
  ],
  '/magazine/bees-like-these': [outbound('https://wild-bees.example/', 0.12)],
  '/shipping': [download('terms.pdf', 0.05), outbound('https://parcel-tracking.example/', 0.2)],
  '/about': [outbound('https://seed-library.example/', 0.15)],
  '/contact': [submission('/contact', 0.4)],
  '/join': [
    { name: 'Signup', props: { plan: 'free' }, share: 0.42 },
    { name: 'Signup', props: { plan: 'pro' }, share: 0.16 },
  ],
};

const isProduct = (page: string) => page === boxPage || /^\/shop\/.+\/./.test(page);

const none: readonly Doing[] = [];

const remembered = new Map<string, readonly Doing[]>();

export function doingsOn(page: string): readonly Doing[] {
  const known = remembered.get(page);
  if (known !== undefined) return known;
  const made =
    titles[page] === undefined
      ? [{ ...notFoundEvent(page), share: 1 }]
      : (ofPages[page] ?? (isProduct(page) ? [{ ...addToCart(page), share: 0.12 }] : none));
  remembered.set(page, made);
  return made;
}
