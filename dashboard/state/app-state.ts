import { batch, computed, effect, signal } from '@preact/signals';
import { ApiError, api } from '../api/client.ts';
import type { Site } from '../api/types.ts';
import { readAddress, type View, writeAddress } from '../model/address.ts';
import { countDays, dayAt } from '../model/calendar.ts';
import { planView } from '../model/queries.ts';
import type { Period } from '../model/ranges.ts';
import { presentName } from '../model/zones.ts';
import { signInPage } from '../pages/next-page.ts';
import { createLoader } from './loader.ts';

/** The view, always as the address says. */
export const view = signal<View>(readAddress(location.search));
/** Undefined until known. */
export const signedIn = signal<boolean | undefined>(undefined);
export const sites = signal<readonly Site[]>([]);
export const nowMs = signal(Date.now());
/** What went wrong before there was anything to show. */
export const startProblem = signal<ApiError | undefined>(undefined);

export const loader = createLoader(api.batch);

/**
 * The site looked at: as the owner's list has it, or as far as a visitor of an open site may know
 * it.
 */
export const site = computed(() => {
  const { site: domain } = view.value;
  if (domain === undefined) return undefined;
  const known = sites.value.find((entry) => entry.domain === domain);
  return known ?? { domain, timezone: browserZone(), open: true, default: false };
});

/** Whether the report asked for is of a site that is not there. */
export const missing = computed(
  () => view.value.page === 'report' && loader.problem.value?.status === 404,
);

export const moment = computed(() => ({ nowMs: nowMs.value, zone: site.value?.timezone ?? 'UTC' }));

const allDays = computed(() => {
  if (view.value.range !== 'all') return undefined;
  const range = loader.shown.value['totals']?.answer?.query.date_range;
  return range === undefined ? undefined : countDays(range[0].slice(0, 10), range[1].slice(0, 10));
});

export const plan = computed(() => planView(view.value, moment.value, allDays.value));

/** Marks the steps of the history that were made on this page: one back from them is here too. */
const within = 'daybook';

/**
 * Changes the view; each change is a step one can go back. `quiet` ones are not: they replace the
 * last.
 */
export function go(change: Partial<View>, quiet = false): void {
  const next = { ...view.peek(), ...change };
  const address = writeAddress(next);
  if (address === location.pathname + location.search) return;
  if (quiet) history.replaceState(history.state, '', address);
  else history.pushState({ [within]: true }, '', address);
  view.value = next;
}

/**
 * Closes what lies over the page: as going back does, where that leads to the page it was opened
 * on.
 */
export function closeOverlay(): void {
  if ((history.state as Record<string, unknown> | null)?.[within] === true) history.back();
  else go({ open: undefined }, true);
}

/** The address a change of the view would lead to, for links. */
export function addressOf(change: Partial<View>): string {
  return writeAddress({ ...view.value, ...change });
}

export function goToSignIn(): void {
  location.replace(signInPage(location));
}

export async function signOut(): Promise<void> {
  await api.signOut().catch(() => undefined);
  location.replace('/sign-in');
}

export function browserZone(): string {
  return presentName(Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC');
}

/** Reads who is there and what sites there are, then keeps the page's data as the view wants it. */
export async function start(): Promise<void> {
  addEventListener('popstate', () => {
    view.value = readAddress(location.search);
  });
  effect(() => {
    if (loader.problem.value?.status === 401) goToSignIn();
  });
  try {
    await readWho();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return goToSignIn();
    startProblem.value = error instanceof ApiError ? error : new ApiError(0, String(error));
    return;
  }
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

/** Asks anew for what is shown, where that may have changed. */
export function lookAgain(): void {
  if (reachesNow(plan.peek().period)) nowMs.value = Date.now();
}

function reachesNow(period: Period): boolean {
  return period.kind !== 'days' || period.to >= dayAt(Date.now(), moment.peek().zone);
}

async function readWho(): Promise<void> {
  const { signedIn: isOwner } = await api.session();
  const { site: domain } = view.peek();
  if (!isOwner && domain === undefined) return goToSignIn();
  const known = isOwner ? await api.sites() : await openSite(domain!);
  batch(() => {
    startProblem.value = undefined;
    sites.value = known;
    if (isOwner && !location.search) enter();
    signedIn.value = isOwner;
  });
}

/** The bare address leads to where there is most to see. */
function enter(): void {
  const [first, second] = sites.value;
  if (first === undefined) go({ page: 'add' }, true);
  else if (second === undefined) go({ page: 'report', site: first.domain }, true);
}

/** An open site as those see it who are not its owner. */
async function openSite(domain: string): Promise<readonly Site[]> {
  return [{ ...(await api.site(domain)), open: true, default: false }];
}

export async function readSites(): Promise<void> {
  sites.value = await api.sites();
}

const pulseMs = 15_000;

/** Calls `beat` now and again, only while somebody can see the page; gives what ends it. */
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
