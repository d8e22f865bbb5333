import { rightsOfKey } from '../../src/account/keys.ts';
import {
  everything,
  isAtLeast,
  mostOf,
  type Rights,
  type Role,
  roles,
} from '../../src/account/roles.ts';
import type { Route } from '../../src/http/route.ts';
import { routes } from '../../src/http/routes.ts';

/** Who asks, of which site, as the page's columns name them. */
export const askers = {
  nobodyOpen: 'open site',
  nobodyPublic: 'public site',
  nobodyClosed: 'closed site',
  link: 'a link',
  elsewhere: 'elsewhere',
  viewer: 'viewer',
  editor: 'editor',
  admin: 'admin',
  owner: 'owner',
  allOwner: 'owner of all',
  writeKey: 'write key',
  readKey: 'read key',
  manageKey: 'manage key',
  allKey: 'all key',
  key: 'owner key',
} as const;

export type Asker = keyof typeof askers;

/** What an asker may on a site `here`; who asks as nobody in particular has no rights. */
export function rightsOf(asker: Asker, here: string, elsewhere: string): Rights {
  if ((roles as readonly string[]).includes(asker)) return { sites: { [here]: asker as Role } };
  if (asker === 'elsewhere') return { sites: { [elsewhere]: 'owner' } };
  if (asker === 'allOwner' || asker === 'key') return everything;
  if (asker === 'readKey' || asker === 'manageKey' || asker === 'allKey')
    return rightsOfKey({ scope: asker.slice(0, -3) as 'read' | 'manage' | 'all' });
  return {};
}

/** Whether it may; else the status of the answer. */
export type Cell = 'yes' | '401' | '403' | '404';

const isPerson = (asker: Asker) => ['elsewhere', 'allOwner', ...roles].includes(asker as string);

export function mayAsk(route: Route, asker: Asker): Cell {
  const may = mayByRole(route, asker);
  return may === 'yes' && route.isPersonal && !isPerson(asker) ? '403' : may;
}

function mayByRole({ who, site, isOfTheirs }: Route, asker: Asker): Cell {
  if (who === 'anyone') return 'yes';
  if (who === 'sender') return ['writeKey', 'allKey', 'key'].includes(asker) ? 'yes' : '401';
  const rights = rightsOf(asker, 'here', 'elsewhere');
  const most = mostOf(rights);
  if (who === 'person') return isPerson(asker) ? 'yes' : most === undefined ? '401' : '403';
  if (who === 'reports' || who === 'rows') {
    const open: readonly Asker[] =
      who === 'rows' ? ['nobodyOpen'] : ['nobodyOpen', 'nobodyPublic', 'link'];
    if (open.includes(asker)) return 'yes';
    return most === undefined ? '401' : asker === 'elsewhere' ? '404' : 'yes';
  }
  if (most === undefined) return '401';
  if (!isAtLeast(most, who)) return '403';
  if (site !== undefined && asker === 'elsewhere') return '404';
  if (site !== undefined || isOfTheirs) return 'yes';
  return isAtLeast(rights.all, who) ? 'yes' : '403';
}

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`;

/** What a route asks for, in words: routes of one kind are open to the same askers. */
export function kindOf({ who, site, isOfTheirs, isPersonal }: Route): string {
  if (isPersonal) return 'own';
  if (site !== undefined || !(roles as readonly string[]).includes(who)) return who;
  return isOfTheirs ? `any ${who}` : `${who} of all`;
}

/** The kinds, from those that most may ask for to those for fewest. */
const order = [
  ...['anyone', 'reports', 'rows', 'viewer', 'any viewer', 'viewer of all', 'editor', 'admin'],
  ...['any admin', 'admin of all', 'owner', 'person', 'own', 'sender'],
];

/** So many kinds are in one line. */
const inFirstTable = 8;

/** docs/access.md: every route and who may call it. */
export function accessPage(): string {
  const kinds = new Map(routes.map((route) => [kindOf(route), route]));
  const ordered = [...kinds].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const tableOf = (some: typeof ordered) =>
    table(
      ['', ...some.map(([kind]) => kind)],
      (Object.keys(askers) as Asker[]).map((asker) => [
        askers[asker],
        ...some.map(([, route]) => mayAsk(route, asker)),
      ]),
    );
  const listed = routes.map((route) => [
    `\`${nameOf(route)}\``,
    `\`${kindOf(route)}\``,
    route.isOpenToOrigins ? 'yes' : 'no',
  ]);
  return `# Who may call what

Written by \`npm run documents\` from the table of routes (\`src/http/routes.ts\`); a test tries
every route as every one who may ask.

- Open site, public site, closed site: nobody in particular, without anything, with a wrong key,
  with a session that was ended. A page of another origin that a browser sends a cookie for is
  nobody, too.
- A link: who shows a shared link to the site; who does is never anybody else.
- Viewer, editor, admin and owner: people who have that role on the site, and on no other.
  Elsewhere: the owner of another site. Owner of all: of all sites.
- The keys are of all sites. The owner key, and a session that was begun with it, may everything but
  what only people have.

401: not signed in. 403: the role is too small. 404: as if there were no such site. \`any viewer\`
and \`any admin\`: a route that lists things of several sites gives each what is of theirs. \`own\`:
a viewer of the site, who is a person.

${tableOf(ordered.slice(0, inFirstTable))}

${tableOf(ordered.slice(inFirstTable))}

Which route is of which kind, and whether pages of other origins may read its answers. Beside these
there are pages without data, which anyone may load: the dashboard, the tracker,
\`GET /api/openapi.json\` and \`GET /docs/api\`.

${table(['route', 'who may', 'other origins'], listed)}
`;
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `|${row.join('|')}|`).join('\n');
