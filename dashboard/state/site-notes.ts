import { effect, signal } from '@preact/signals';
import { api } from '../api/client.ts';
import type { Annotation, Gaps, Segment } from '../api/types.ts';
import { everySite } from '../model/every-site.ts';
import { readsRows, site as shownSite, signedIn, view } from './app-state.ts';

/** What the owner has kept with the site of the view. */
export const segments = signal<readonly Segment[]>([]);
export const annotations = signal<readonly Annotation[]>([]);

/** When its hits may be missing: for whoever may look into the site. */
export const gaps = signal<Gaps | undefined>(undefined);

export async function readSegments(domain: string): Promise<void> {
  segments.value = await api.segments(domain).catch(() => []);
}

export async function readAnnotations(domain: string): Promise<void> {
  annotations.value = await api.annotations(domain).catch(() => []);
}

async function readGaps(domain: string): Promise<void> {
  gaps.value = await api.gaps(domain).catch(() => undefined);
}

const mayRead = () => shownSite.peek()?.open === true;

/** Reads them whenever another site's report is shown. */
export function followSite(): void {
  let shown: string | undefined;
  effect(() => {
    const { site, page } = view.value;
    if (signedIn.value === undefined || page !== 'report' || site === shown) return;
    shown = site;
    segments.value = [];
    annotations.value = [];
    gaps.value = undefined;
    if (site === undefined || site === everySite) return;
    // Of a public site, and behind a link, they are the owner's.
    if (!(readsRows.peek() || mayRead())) return;
    void readSegments(site);
    void readAnnotations(site);
    if (readsRows.peek()) void readGaps(site);
  });
}
