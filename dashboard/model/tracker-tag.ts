import type { Script } from '../api/types.ts';
import { isLocal } from './snippets.ts';

/** What a tag may say, by the attribute that says it; `marked` and `lasting` are none. */
export const tagSwitches = [
  'outbound-links',
  'file-downloads',
  'form-submissions',
  'marked',
  'not-found',
  'hash',
  'manual',
  'storage',
  'debug',
  'lasting',
] as const;

export type TagSwitch = (typeof tagSwitches)[number];

/** What the small script has, too. */
const small: readonly TagSwitch[] = ['hash', 'manual', 'lasting'];

const smallName = 'daybook.small.v1.js';

/** The smallest script that does what is switched on; undefined where the server has none. */
export function scriptFor(
  on: ReadonlySet<TagSwitch>,
  scripts: readonly Script[],
): Script | undefined {
  const isSmall = [...on].every((one) => small.includes(one));
  return scripts.find(({ name }) => (name === smallName) === isSmall);
}

/** The tag for the head of a site's pages. */
export function trackerTag(
  origin: string,
  domain: string,
  on: ReadonlySet<TagSwitch>,
  { path, lasting, integrity }: Script,
): string {
  const isLasting = on.has('lasting');
  const said = tagSwitches.filter((one) => on.has(one) && one !== 'marked' && one !== 'lasting');
  const attributes = [
    'defer',
    `data-domain="${domain}"`,
    // A site on localhost is usually in development: there the tracker counts only so.
    ...(isLocal(`http://${domain}`) ? ['data-local'] : []),
    ...said.map((one) => `data-${one}`),
    `src="${origin}${isLasting ? lasting : path}"`,
    ...(isLasting ? [`integrity="${integrity}"`, 'crossorigin="anonymous"'] : []),
  ];
  return `<script ${attributes.join(' ')}></script>`;
}
