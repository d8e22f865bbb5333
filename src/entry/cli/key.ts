import { Command, Option } from 'commander';
import { type KeyFacts, openKeys, type Scope, scopes } from '../../account/keys.ts';
import { openOwner } from '../../account/owner.ts';
import type { Home } from '../../home/home.ts';
import { instantOf } from '../../lib/instant.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import { isDay } from '../../lib/site-days.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';
import { withSites } from './sites.ts';

type NewFlags = DataFlag & {
  readonly scope?: Scope;
  readonly site?: string;
  readonly name?: string;
  readonly expires?: string;
};

export function keyCommand(): Command {
  const key = new Command('key').description('the owner key, and keys for less');
  key
    .command('new')
    .description(
      'replace the owner key; the old one and all sessions end at once\n' +
        'With --scope: make one more key. `write` may only send hits, `read` reads as a viewer ' +
        'does, `manage` does what an admin may, `all` everything.',
    )
    .addOption(new Option('--scope <scope>', 'what the key is for').choices(scopes))
    .option('--site <domain>', 'with --scope: of this site alone')
    .option('--name <name>', 'with --scope: who has it')
    .option('--expires <moment>', 'with --scope: until when, such as 2027-01-01')
    .addOption(dataOption())
    .action(({ scope, ...flags }: NewFlags) =>
      withHome(flags, async (home) => {
        if (scope !== undefined) return makeKey(home, { ...flags, scope });
        // It would end the owner key, which nobody meant.
        if ([flags.site, flags.name, flags.expires].some((flag) => flag !== undefined))
          throw refusedField('scope', 'expected --scope beside --site, --name and --expires');
        say('The new owner key. It is shown only now; keep it safe.');
        say(await openOwner(home, random).replaceKey());
      }),
    );
  key
    .command('list')
    .description('the keys beside the owner key, one JSON object a line')
    .addOption(dataOption())
    .action((flags: DataFlag) =>
      withSites(flags, async (sites, home) => {
        const all = await sites.list();
        const domainOf = (siteId: string | undefined) =>
          all.find(({ id }) => id === siteId)?.domain ?? null;
        for (const { siteId, createdMs, endsMs, usedMs, ...facts } of await keysOf(home).list())
          say(
            JSON.stringify({
              ...facts,
              ...(siteId !== undefined && { site: domainOf(siteId) }),
              created: new Date(createdMs).toISOString(),
              ...(endsMs !== undefined && { expires: new Date(endsMs).toISOString() }),
              ...(usedMs !== undefined && { last_used: new Date(usedMs).toISOString() }),
            }),
          );
      }),
    );
  key
    .command('remove')
    .argument('<id>', 'as `key list` has it')
    .description('end a key at once')
    .addOption(dataOption())
    .action((id: string, flags: DataFlag) =>
      withHome(flags, async (home) => say((await keysOf(home).end(id)).id)),
    );
  return key;
}

const purposes: Readonly<Record<Scope, string>> = {
  ...{ write: 'send hits', read: 'read everything', manage: 'manage everything' },
  all: 'do everything',
};

/** A day, from its beginning in UTC, or a moment. */
function momentOf(text: string): number {
  const ms = instantOf(isDay(text) ? `${text}T00:00:00Z` : text);
  if (ms !== undefined) return ms;
  throw refusedField('expires', 'expected a day or a moment, such as 2027-01-01');
}

const keysOf = (home: Home) => openKeys(home, { clock: Date.now, random });

async function makeKey(
  home: Home,
  {
    scope,
    site: domain,
    name = 'a server',
    expires,
  }: Omit<NewFlags, 'data'> & Pick<KeyFacts, 'scope'>,
): Promise<void> {
  const site = domain === undefined ? undefined : await expectSite(home, domain);
  const { key, facts } = await keysOf(home).make({
    ...{ name, scope },
    ...(site !== undefined && { siteId: site.id }),
    ...(expires !== undefined && { endsMs: momentOf(expires) }),
  });
  const of = site?.domain ?? 'every site';
  say(`Key ${facts.id}, to ${purposes[scope]} of ${of}. It is shown only now.`);
  say(key);
}
