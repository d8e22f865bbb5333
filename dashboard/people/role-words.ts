import type { Role } from '../../src/account/roles.ts';
import type { ShownRights } from '../model/rights.ts';
import { roleTexts } from '../texts/texts.ts';

const named = (role: Role) => roleTexts.names[role];

/** `Owner of all sites`, `Viewer of a.test, Editor of b.test`. */
export function wordsOfRights({ all, sites }: ShownRights): string {
  const each = Object.entries(sites).map(([site, role]) => roleTexts.forSite(named(role), site));
  const whole = [...(all === null ? [] : [roleTexts.forAll(named(all))]), ...each];
  return whole.length === 0 ? roleTexts.nothing : whole.join(', ');
}
