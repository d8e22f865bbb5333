import { everySite } from '../model/every-site.ts';
import { devices } from './devices.ts';
import { events } from './events.ts';
import { goals } from './goals.ts';
import { pages } from './pages.ts';
import type { Panel, Tab } from './panel.ts';
import { places } from './places.ts';
import { sites } from './sites.ts';
import { sources } from './sources.ts';

/** All panels, in reading order. A new one needs a file, and a line here. */
export const panels: readonly Panel[] = [sites, sources, pages, places, devices, goals, events];

/** The panels of a site, and those of all sites together: each has goals of its own. */
export const panelsOf = (site: string | undefined): readonly Panel[] =>
  panels.filter((panel) => panel !== (site === everySite ? goals : sites));

/** A tab by its name in the address. */
export function tabNamed(key: string | undefined): Tab | undefined {
  if (key === undefined) return undefined;
  for (const panel of panels) {
    const tab = tabIn(panel, key);
    if (tab !== undefined) return tab;
  }
  return undefined;
}

/** What a row of a tab opens. */
export const valuesTab = (property: string) => `prop:${property}`;

export const tabIn = ({ tabs, opened }: Panel, key: string): Tab | undefined =>
  tabs.find((tab) => tab.key === key) ?? opened?.(key);
