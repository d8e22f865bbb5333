import { devices } from './devices.ts';
import { events } from './events.ts';
import { goals } from './goals.ts';
import { pages } from './pages.ts';
import type { Panel, Tab } from './panel.ts';
import { places } from './places.ts';
import { sources } from './sources.ts';

/** The panels of a site, in reading order. A new panel needs a file, and a line here. */
export const panels: readonly Panel[] = [sources, pages, places, devices, goals, events];

/** A tab by its name in the address. */
export function tabNamed(key: string | undefined): Tab | undefined {
  if (key === undefined) return undefined;
  for (const panel of panels) {
    const tab = tabIn(panel, key);
    if (tab !== undefined) return tab;
  }
  return undefined;
}

export const tabIn = ({ tabs, opened }: Panel, key: string): Tab | undefined =>
  tabs.find((tab) => tab.key === key) ?? opened?.(key);
