import type { Chance, Weighted } from './chance.ts';
import type { Event, Origin, Story, StoryDay, Trouble, View } from './story.ts';

/** A browser to visit with. */
export type Device = {
  readonly userAgent: string;
  readonly screenWidthPx: number;
};

export type Step = {
  /** After the visit's start. */
  readonly afterMs: number;
  /** `pageview`, `engagement` or an event's name. */
  readonly name: string;
  readonly page: string;
  readonly title: string;
  readonly props?: Event['props'] | undefined;
  readonly revenue?: Event['revenue'] | undefined;
  /** Of an engagement: how long the page was open, how much of that used, how far read. */
  readonly stayMs?: number;
  readonly engagedMs?: number;
  readonly scrollDepth?: number;
};

export type Visit = Omit<Origin, 'lands' | 'bounces' | 'buys' | 'wants'> & {
  readonly device: Device;
  readonly country: string;
  readonly language: string;
  /** What it met. */
  readonly trouble: Trouble['kind'] | undefined;
  readonly steps: readonly Step[];
};

export type StoryTime = {
  readonly story: Story;
  readonly day: StoryDay;
  /** Of the day, with its fraction. */
  readonly hour: number;
};

/** How often a visit has one view, and buys, if its origin does not say. */
const usual = { bounces: 0.46, buys: 0.02 };

/** While pages are not served, so few of those who come are heard of. */
const heardWhileDown = 0.15;

export function troubleAt({ day, hour }: Pick<StoryTime, 'day' | 'hour'>): Visit['trouble'] {
  return day.troubles?.find(({ fromHour, toHour }) => hour >= fromHour && hour < toHour)?.kind;
}

/** One visit of somebody; none where a page would not have come. */
export function makeVisit(
  chance: Chance,
  devices: Weighted<Device>,
  time: StoryTime,
): Visit | undefined {
  const { day } = time;
  const [country, language] = chance.pick(day.countries);
  const { referrer, query, ...origin } = chance.pick(day.origins);
  const device = chance.pick(devices);
  const trouble = troubleAt(time);
  if (trouble === 'down' && !chance.happens(heardWhileDown)) return undefined;
  return {
    ...{ device, country, language, trouble },
    ...(referrer !== undefined && { referrer }),
    ...(query !== undefined && { query }),
    steps: stepsOf(chance, time, viewsOf(chance, origin, time)),
  };
}

/** The pages that it sees, in their order. */
function viewsOf(chance: Chance, origin: Origin, { story, day }: StoryTime): View[] {
  const { buying } = story;
  const buys = buying !== undefined && chance.happens(origin.buys ?? usual.buys);
  const bounces = !buys && chance.happens(origin.bounces ?? usual.bounces);
  const count = bounces ? 1 : 2 + Math.floor(chance.next() ** 2 * 6);
  let page = chance.pick(origin.lands ?? day.entryPages);
  const views: View[] = [{ page }];
  while (views.length < count) {
    let next = page;
    while (next === page) next = chance.pick(day.nextPages);
    page = next;
    views.push({ page });
  }
  if (!buys) return views;
  const bought = buying(chance, origin);
  return [...views.filter((view) => view.page !== bought[0]!.page), ...bought];
}

function stepsOf(chance: Chance, time: StoryTime, views: readonly View[]): Step[] {
  const trouble = troubleAt(time);
  const steps: Step[] = [];
  let afterMs = 0;
  for (const { page, event = doingOf(chance, time.story, page) } of views) {
    const failed = failureOf(trouble, page);
    const title = failed?.title ?? time.story.titleOf(page);
    steps.push({ afterMs: Math.round(afterMs), name: 'pageview', page, title });
    const stayMs = Math.round(chance.between(3_000, 20_000) + chance.next() ** 3 * 240_000);
    const done = failed?.event ?? event;
    if (done !== undefined) {
      const { name, props, revenue } = done;
      steps.push({ afterMs: Math.round(afterMs + stayMs / 2), name, page, title, props, revenue });
    }
    if (failed !== undefined) break;
    // Not every browser gets to send its last word.
    if (chance.happens(0.6)) {
      const engagedMs = Math.round(stayMs * chance.between(0.4, 1));
      const scrollDepth = Math.round(chance.between(20, 100));
      const read = { stayMs, engagedMs, scrollDepth };
      steps.push({ afterMs: afterMs + stayMs, name: 'engagement', page, title, ...read });
    }
    afterMs += stayMs + 50;
  }
  return steps;
}

function doingOf(chance: Chance, story: Story, page: string): Event | undefined {
  let at = chance.next();
  for (const doing of story.doingsOn(page)) {
    at -= doing.share;
    if (at < 0) return doing;
  }
  return undefined;
}

/** What is shown in place of a page while there is trouble. */
function failureOf(
  trouble: Visit['trouble'],
  page: string,
): { readonly title: string; readonly event: Event } | undefined {
  if (trouble === 'down')
    return { title: 'Server error', event: { name: '500', props: { path: page } } };
  if (trouble === 'missing' && page.startsWith('/shop/'))
    return { title: 'Page not found', event: { name: '404', props: { path: page } } };
  return undefined;
}
