import { type Dimension, dimensions } from '../model/dimensions.ts';
import { countries } from './countries.ts';
import { devices } from './devices.ts';
import { pages } from './pages.ts';
import type { Panel, Tab } from './panel.ts';
import { sources } from './sources.ts';

/** The panels of a site, in reading order. A new panel needs a file, and a line here. */
export const panels: readonly Panel[] = [sources, pages, countries, devices];

const tabs = panels.flatMap((panel) => panel.tabs);

export function tabOf(dimension: Dimension): Tab | undefined {
  return tabs.find((tab) => tab.dimension === dimension);
}

/** The tab of a dimension by its name in the API. */
export function tabNamed(name: string | undefined): Tab | undefined {
  return tabs.find((tab) => dimensions[tab.dimension].name === name);
}
