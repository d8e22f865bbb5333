import type { SharedLink } from '../api/types.ts';
import { dayAt } from './calendar.ts';

/** A shared link as it is edited: texts, as they stand in its form. */
export type LinkFields = {
  readonly name: string;
  readonly password: string;
  readonly hasNoPassword: boolean;
  readonly expires: string;
  readonly hideBelow: string;
  readonly embedOn: string;
  readonly theme: string;
  readonly parts: readonly string[];
  readonly badgeOnly: boolean;
};

export const blankFields = (name: string): LinkFields => ({
  ...{ name, password: '', hasNoPassword: false, expires: '', hideBelow: '', embedOn: '' },
  ...{ theme: '', parts: [], badgeOnly: false },
});

/** Those of a link; the last day on which it works is the site's. */
export const fieldsOf = (link: SharedLink, zone: string): LinkFields => ({
  ...blankFields(link.name),
  expires: link.expires === null ? '' : dayAt(Date.parse(link.expires) - 1, zone),
  hideBelow: link.hide_below === null ? '' : String(link.hide_below),
  embedOn: link.embed_on.join('\n'),
  theme: link.theme ?? '',
  parts: link.parts ?? [],
  badgeOnly: link.badge_only,
});

/** What is sent of the fields: what is not as it was before. */
export function changedFields(
  now: LinkFields,
  before: LinkFields,
): Readonly<Record<string, unknown>> {
  const has = (name: keyof LinkFields) =>
    JSON.stringify(now[name]) !== JSON.stringify(before[name]);
  return {
    ...(has('name') && { name: now.name.trim() }),
    ...(now.hasNoPassword && { password: null }),
    ...(now.password !== '' && { password: now.password }),
    ...(has('expires') && { expires: now.expires || null }),
    ...(has('hideBelow') && { hide_below: now.hideBelow === '' ? null : Number(now.hideBelow) }),
    ...(has('embedOn') && { embed_on: now.embedOn.split(/[\s,]+/).filter(Boolean) }),
    ...(has('theme') && { theme: now.theme || null }),
    ...(has('parts') && { parts: now.parts.length === 0 ? null : now.parts }),
    ...(has('badgeOnly') && { badge_only: now.badgeOnly }),
  };
}
