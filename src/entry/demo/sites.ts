import { addAnnotation } from '../../account/annotations.ts';
import { addGoal, type GoalFields } from '../../account/goals.ts';
import { addSegment } from '../../account/segments.ts';
import type { Site } from '../../account/site.ts';
import type { Sites } from '../../account/sites.ts';
import type { Home } from '../../home/home.ts';
import { addDays, dayBounds, dayEnd, dayStart } from '../../lib/site-days.ts';
import { notes } from './notes.ts';
import { shop } from './shop.ts';
import { annotations } from './shop-happened.ts';
import type { Story } from './story.ts';

/** What its owner wants of the shop. */
const goals: readonly GoalFields[] = [
  { event: 'Purchase', currency: 'EUR' },
  { event: 'Signup' },
  { page: '/cart' },
  { page: '/magazine/**', name: 'Read the magazine' },
  { event: 'Form: Submission' },
];

const segments = [
  { name: 'From search', filters: [['is', 'visit:channel', ['Organic Search']]] },
  { name: 'Newsletter', filters: [['is', 'visit:utm_source', ['newsletter']]] },
  { name: 'Viewed the shop', filters: [['contains', 'event:page', ['/shop/']]] },
] as const;

export type DemoSite = {
  readonly site: Site;
  readonly story: Story;
  readonly visitsADay: number;
};

/** The sites, open to everybody, with what their owner has set; they have no hits yet. */
export async function addDemoSites(
  sites: Sites,
  {
    home,
    newId,
    timezone,
    nowMs,
  }: {
    readonly home: Pick<Home, 'rows'>;
    /** 8 hex digits. */
    readonly newId: () => string;
    readonly timezone: string;
    readonly nowMs: number;
  },
): Promise<readonly DemoSite[]> {
  const settings = { timezone, open: true, default: true, robots: 'keep' };
  const shopSite = await sites.add(shop.domain, settings, (site) => {
    const withGoals = goals.reduce((made, goal) => addGoal(made, goal).site, site);
    return segments.reduce((made, segment) => addSegment(made, segment, newId).site, withGoals);
  });
  for (const { back, hour, text } of annotations)
    await addAnnotation(
      home,
      shopSite.id,
      { date: dateOf(shopSite, nowMs, back, hour), text },
      newId,
    );
  const notesSite = await sites.add(notes.domain, { timezone, open: true });
  return [
    { site: shopSite, story: shop, visitsADay: 200 },
    { site: notesSite, story: notes, visitsADay: 20 },
  ];
}

function dateOf(site: Site, nowMs: number, back: number, hour: number | undefined): string {
  const day = addDays(dayBounds(site.zones, nowMs).day, -back);
  if (hour === undefined) return day;
  const [startMs, endMs] = [dayStart(site.zones, day), dayEnd(site.zones, day)];
  return new Date(startMs + (hour / 24) * (endMs - startMs)).toISOString();
}
