import type { Places } from '../../collect/enrich/place.ts';
import { type Chance, seeded, type Weighted } from './chance.ts';
import { loadDevices } from './devices.ts';
import { notes } from './notes.ts';
import { shop } from './shop.ts';
import type { Story } from './story.ts';
import { type Device, makeVisit, type Step, type Visit } from './visits.ts';

export type Live = { stop(): void };

/** A new visitor every so often, on average. */
const arrivalMs = 12_000;

/** However long it runs, no more than these are on their way at once. */
const maxVisitors = 10;

/** Views follow each other faster than in life, so that there is something to watch. */
const hurry = 3;

const addressTries = 5_000;

const sites: Weighted<Story> = [
  [shop, 9],
  [notes, 1],
];

/** Sends visitors to a running server, over HTTP as browsers do, until it is stopped. */
export async function startLive(url: string, places: Places, seed: number): Promise<Live> {
  const devices = await loadDevices();
  const chance = seeded(seed);
  const timers = new Set<NodeJS.Timeout>();
  let visitors = 0;

  function later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timer.unref();
    timers.add(timer);
  }

  function arrive(): void {
    if (visitors < maxVisitors) visit(makeLiveVisit(chance, devices, places));
    later(chance.between(0.2, 1.8) * arrivalMs, arrive);
  }

  function visit({ visit: made, domain, address }: LiveVisit): void {
    visitors++;
    const last = made.steps[made.steps.length - 1]!;
    for (const step of made.steps)
      later(step.afterMs / hurry, () => void send(url, hitOf(domain, made, step), made, address));
    later(last.afterMs / hurry, () => visitors--);
  }

  for (let i = 0; i < 3; i++) visit(makeLiveVisit(chance, devices, places));
  arrive();
  return {
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

type LiveVisit = { readonly visit: Visit; readonly domain: string; readonly address: string };

function makeLiveVisit(chance: Chance, devices: Weighted<Device>, places: Places): LiveVisit {
  const story = chance.pick(sites);
  // Today there is no trouble, so that each is a visit.
  const visit = makeVisit(chance, devices, { story, day: story.day(0), hour: 12 })!;
  return { visit, domain: story.domain, address: addressIn(visit.country, chance, places) };
}

/** Some address that the places database has in that country. */
function addressIn(country: string, chance: Chance, places: Places): string {
  let address = '';
  for (let i = 0; i < addressTries; i++) {
    address = Array.from({ length: 4 }, () => 1 + Math.floor(chance.next() * 223)).join('.');
    if (places.locate(address).country === country) break;
  }
  return address;
}

/** As the tracker says it. */
function hitOf(domain: string, visit: Visit, step: Step): Record<string, unknown> {
  const first = step.afterMs === 0;
  const { stayMs = 0, engagedMs } = step;
  return {
    n: step.name,
    d: domain,
    u: `https://${domain}${step.page}${first ? (visit.query ?? '') : ''}`,
    t: step.title,
    ...(first && visit.referrer !== undefined && { r: visit.referrer }),
    ...(step.props !== undefined && { p: step.props }),
    ...(step.revenue !== undefined && { $: step.revenue }),
    ...(engagedMs !== undefined && {
      ...{ e: engagedMs / hurry, sd: step.scrollDepth, a: stayMs / hurry },
    }),
    l: visit.language,
    w: visit.device.screenWidthPx,
  };
}

/** A hit that fails is a visitor who is not seen: nothing to end a demonstration for. */
async function send(
  url: string,
  hit: Record<string, unknown>,
  { device }: Visit,
  address: string,
): Promise<void> {
  await fetch(`${url}/api/event`, {
    method: 'POST',
    headers: {
      'Content-Type': 'text/plain',
      'User-Agent': device.userAgent,
      'X-Forwarded-For': address,
    },
    body: JSON.stringify(hit),
  }).then(
    (answer) => answer.arrayBuffer(),
    () => {},
  );
}
