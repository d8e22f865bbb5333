import type { Dimension } from '../model/dimensions.ts';
import { countries } from './countries.ts';
import { devices } from './devices.ts';
import { pages } from './pages.ts';
import type { Panel, Tab } from './panel.ts';
import { sources } from './sources.ts';

/** The panels of a site, in reading order. A new one is a file and a line here. */
export const panels: readonly Panel[] = [sources, pages, countries, devices];

export function tabOf(dimension: Dimension): Tab | undefined {
  return panels.flatMap(({ tabs }) => tabs).find((tab) => tab.dimension === dimension);
}
