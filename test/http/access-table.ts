import type { Route, Who } from '../../src/http/route.ts';
import { routes } from '../../src/http/routes.ts';

/** Who asks, of which site, and whether it may. */
export const askers = {
  nobodyOpen: 'open site',
  nobodyPublic: 'public',
  nobodyClosed: 'closed',
  link: 'link',
  session: 'signed in',
  writeKey: 'write key',
  key: 'owner key',
} as const;

export type Asker = keyof typeof askers;

const allowed: Readonly<Record<Who, readonly Asker[]>> = {
  anyone: ['nobodyOpen', 'nobodyPublic', 'nobodyClosed', 'link', 'session', 'writeKey', 'key'],
  viewer: ['nobodyOpen', 'nobodyPublic', 'link', 'session', 'key'],
  reader: ['nobodyOpen', 'session', 'key'],
  owner: ['session', 'key'],
  sender: ['writeKey', 'key'],
};

export const mayAsk = ({ who }: Route, asker: Asker) => allowed[who].includes(asker);

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`;

/** docs/access.md: every route and who may call it. */
export function accessPage(): string {
  const names = Object.keys(askers) as Asker[];
  const rows = routes.map((route) => [
    `\`${nameOf(route)}\``,
    ...names.map((asker) => (mayAsk(route, asker) ? 'yes' : '401')),
    route.isOpenToOrigins ? 'yes' : 'no',
  ]);
  const heads = ['route', ...Object.values(askers), 'other origins'];
  return `# Who may call what

Written by \`npm run documents\` from the table of routes (\`src/http/routes.ts\`); a test tries
every cell. Without more than the site's being open, public or closed it is nobody who asks; with a
wrong key or a session that was ended, too. A shared link to the site is that of \`link\`: a request
that shows one is never the owner's. \`write key\` is one that may only send hits: wherever something
is read it is as good as a wrong key, and so it is tried on a closed site. The last column says
whether pages of other origins may read the answer. Beside these there are pages without data, which
anyone may load: the dashboard, the tracker, \`GET /api/openapi.json\` and \`GET /docs/api\`.

| ${heads.join(' | ')} |
|${heads.map(() => '---').join('|')}|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}
`;
}
