import { batch, computed, effect, signal } from '@preact/signals';
import { base } from '../api/base.ts';
import { ApiError, api, refusal } from '../api/client.ts';
import { linkSecret } from '../api/link.ts';
import type { Site } from '../api/types.ts';
import { firstView, type View } from '../model/address.ts';
import { countDays, dayAt } from '../model/calendar.ts';
import type { Dimension } from '../model/dimensions.ts';
import type { Filter } from '../model/filters.ts';
import { queriesOf } from '../model/parts.ts';
import { planView } from '../model/queries.ts';
import type { Period } from '../model/ranges.ts';
import { noRights } from '../model/rights.ts';
import { presentName } from '../model/zones.ts';
import { signInPage } from '../pages/next-page.ts';
import { createLoader } from './loader.ts';
import { preferences } from './preferences.ts';
import { may, person, rights } from './rights.ts';
import { addressFor, isLocked, parts, readView, shared, withFixed } from './shared.ts';

/** The view; it always matches the address. */
export const view = signal<View>(readView(location.search));
/** Whether somebody is signed in; undefined until known. */
export const signedIn = signal<boolean | undefined>(undefined);
/** Where browsers reach this Daybook: as the owner has said, else as this one does. */
export const publicUrl = signal(location.origin + base);
/** Regions and cities are known, by a database that the owner has brought. */
export const hasCities = signal(false);
export const sites = signal<readonly Site[]>([]);
export const nowMs = signal(Date.now());
/** The error that came before there was anything to show. */
export const startProblem = signal<ApiError | undefined>(undefined);

/** The filter that is edited, or the dimension of a new one. */
export const editing = signal<Filter | Dimension | undefined>(undefined);

/** The dialog that shares the view is open. */
export const sharing = signal(false);

/** The numbers row can be seen; else the header says the chosen number. */
export const seesNumbers = signal(true);

export const loader = createLoader(api.batch);

/**
 * The site of the view: from the owner's list; or, for others than the owner, what they may read
 * about an open site.
 */
export const site = computed(() => {
  const { site: domain } = view.value;
  if (domain === undefined) return undefined;
  const known = sites.value.find((entry) => entry.domain === domain);
  return known ?? { domain, timezone: browserZone(), open: true, default: false };
});

/** Whether who looks may read its visits, one by one, and why hits are not counted. */
export const readsRows = computed(() => may('readRows', view.value.site));

/** Whether somebody of the site looks, which keeps robots' hits. */
export const keepsRobots = computed(() => site.value?.robots === 'keep');

/** Whether the address names a report of a site that does not exist. */
export const missing = computed(
  () =>
    linkSecret === undefined &&
    view.value.page === 'report' &&
    loader.problem.value?.status === 404,
);

export const moment = computed(() => ({ nowMs: nowMs.value, zone: site.value?.timezone ?? 'UTC' }));

const allDays = computed(() => {
  if (view.value.range !== 'all') return undefined;
  const range = loader.shown.value['totals']?.answer?.query.date_range;
  return range === undefined ? undefined : countDays(range[0].slice(0, 10), range[1].slice(0, 10));
});

export const plan = computed(() => {
  const planned = planView(view.value, moment.value, {
    ...{ allDays: allDays.value, numbers: preferences.value.numbers },
  });
  return { ...planned, queries: queriesOf(planned.queries, parts.value) };
});

/** Marks the history entries that this page made: going back from them stays on this page. */
const ownEntry = 'daybook';

/**
 * Changes the view. Each change becomes a history entry, so that a person can go back; a `quiet`
 * change replaces the last entry.
 */
export function go(change: Partial<View>, quiet = false): void {
  const all = changed(view.peek(), change);
  const next = { ...all, filters: withFixed(all.filters) };
  const address = addressFor(next);
  if (address === location.pathname + location.search) return;
  if (quiet) history.replaceState(history.state, '', address);
  else history.pushState({ [ownEntry]: true }, '', address);
  view.value = next;
}

function changed(before: View, change: Partial<View>): View {
  // Days that were chosen to compare with are for the range that they were chosen beside.
  const isStale = change.range !== undefined && typeof before.compare === 'object';
  return { ...before, ...(isStale && { compare: firstView.compare }), ...change };
}

/** Closes what is open over the page: by going back, where that leads to the page below it. */
export function closeOverlay(): void {
  if ((history.state as Record<string, unknown> | null)?.[ownEntry] === true) history.back();
  else go({ open: undefined }, true);
}

/** The address of the view after a change, for links. */
export function addressOf(change: Partial<View>): string {
  return addressFor(changed(view.value, change));
}

export function goToSignIn(): void {
  location.replace(signInPage(location));
}

export async function signOut(): Promise<void> {
  await api.signOut().catch(() => undefined);
  location.replace(`${base}/sign-in`);
}

export function browserZone(): string {
  return presentName(Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
}

/** Reads who is signed in and which sites exist; then loads what the view needs, at each change. */
export async function start(): Promise<void> {
  follow();
  if (!(await begin())) return;
  let askedAtMs = nowMs.peek();
  effect(() => {
    const { site: domain, page } = view.value;
    const atMs = nowMs.value;
    if (signedIn.value === undefined) return;
    if (domain === undefined || page !== 'report') loader.clear();
    else if (atMs === askedAtMs) loader.want(domain, plan.value.queries);
    else loader.refresh(plan.value.queries);
    askedAtMs = atMs;
  });
  everySoOften(lookAgain, 30_000);
}

let isFollowing = false;

/** Follows the address and what the server says, from the first start on. */
function follow(): void {
  if (isFollowing) return;
  isFollowing = true;
  addEventListener('popstate', () => {
    view.value = readView(location.search);
  });
  effect(() => {
    const status = loader.problem.value?.status;
    if (linkSecret === undefined && status === 401) goToSignIn();
    // The link has ended meanwhile, or its password counts no longer.
    else if (linkSecret !== undefined && (status === 401 || status === 404)) void begin();
  });
  effect(() => {
    const refused = refusal.value;
    if (refused === undefined || linkSecret !== undefined || !signedIn.peek()) return;
    // Signed out meanwhile, or what one may was changed.
    if (refused.status === 401) goToSignIn();
    else void readWho().catch(() => undefined); // What is shown stays.
  });
}

/** Whether it is known who looks at the page, and what at. */
async function begin(): Promise<boolean> {
  try {
    await (linkSecret === undefined ? readWho() : readShared());
    return true;
  } catch (error) {
    const problem = error instanceof ApiError ? error : new ApiError(0, String(error));
    if (problem.status !== 401) startProblem.value = problem;
    else if (linkSecret === undefined) goToSignIn();
    else isLocked.value = true;
    return false;
  }
}

/** Loads what is shown again, where it may have changed. */
export function lookAgain(): void {
  if (reachesNow(plan.peek().period)) nowMs.value = Date.now();
}

function reachesNow(period: Period): boolean {
  if (period.kind === 'times' && typeof view.peek().range === 'object')
    return period.toMs >= Date.now();
  return period.kind !== 'days' || period.to >= dayAt(Date.now(), moment.peek().zone);
}

async function readWho(): Promise<void> {
  const { signedIn: isSomebody, publicUrl: said, hasCities: cities, ...who } = await api.session();
  const { site: domain } = view.peek();
  if (!isSomebody && domain === undefined) return goToSignIn();
  const known = !isSomebody
    ? await openSite(domain!)
    : hasRole(who.rights)
      ? await api.sites()
      : [];
  batch(() => {
    startProblem.value = undefined;
    publicUrl.value = said ?? location.origin + base;
    hasCities.value = cities ?? false;
    sites.value = known;
    rights.value = who.rights ?? noRights;
    person.value = who.person;
    if (isSomebody && !location.search) enter();
    signedIn.value = isSomebody;
  });
}

/** All of one's roles may have been taken away. */
const hasRole = ({ all, sites: own } = noRights) => all !== null || Object.keys(own).length > 0;

/** What a shared link shows, to whoever has it. */
async function readShared(): Promise<void> {
  const known = await api.shared();
  const { hasCities: cities } = await api.session();
  const { domain, timezone } = known;
  batch(() => {
    startProblem.value = undefined;
    isLocked.value = false;
    shared.value = known;
    hasCities.value = cities ?? false;
    sites.value = [{ domain, timezone, open: false, default: false }];
    view.value = readView(location.search);
    signedIn.value = false;
  });
}

/** Chooses the page for an address without a query: the most useful one. */
function enter(): void {
  const [first, second] = sites.value;
  if (first === undefined && may('addSite')) go({ page: 'add' }, true);
  else if (first !== undefined && second === undefined)
    go({ page: 'report', site: first.domain }, true);
}

/** An open or public site, as it is shown to others than its owner. */
async function openSite(domain: string): Promise<readonly Site[]> {
  return [{ ...(await api.site(domain)), default: false }];
}

export async function readSites(): Promise<void> {
  sites.value = await api.sites();
}

const pulseMs = 15_000;

/** Calls `beat` at an interval while the page is visible. Gives a function that ends it. */
export function everySoOften(beat: () => void, everyMs = pulseMs): () => void {
  const seen = () => document.visibilityState === 'visible';
  const timer = setInterval(() => seen() && beat(), everyMs);
  const onChange = () => seen() && beat();
  document.addEventListener('visibilitychange', onChange);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onChange);
  };
}
