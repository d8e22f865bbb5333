import { Command, Option } from 'commander';
import { type KeyFacts, openKeys, type Scope, scopes } from '../../account/keys.ts';
import { openOwner } from '../../account/owner.ts';
import type { Home } from '../../home/home.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';
import { withSites } from './sites.ts';

type NewFlags = DataFlag & {
  readonly scope?: Scope;
  readonly site?: string;
  readonly name?: string;
};

export function keyCommand(): Command {
  const key = new Command('key').description('the owner key, and keys that may only send hits');
  key
    .command('new')
    .description(
      'replace the owner key; the old one and all sessions end at once\n' +
        'With --scope write: make one more key, which may only send hits.',
    )
    .addOption(new Option('--scope <scope>', 'what the key is for').choices(scopes))
    .option('--site <domain>', 'with --scope: of this site alone')
    .option('--name <name>', 'with --scope: who has it')
    .addOption(dataOption())
    .action(({ scope, ...flags }: NewFlags) =>
      withHome(flags, async (home) => {
        if (scope !== undefined) return makeKey(home, { ...flags, scope });
        // It would end the owner key, which nobody meant.
        if (flags.site !== undefined || flags.name !== undefined)
          throw refusedField('scope', 'expected --scope write beside --site and --name');
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
        for (const { siteId, createdMs, ...facts } of await keysOf(home).list())
          say(
            JSON.stringify({
              ...facts,
              ...(siteId !== undefined && { site: domainOf(siteId) }),
              created: new Date(createdMs).toISOString(),
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

const keysOf = (home: Home) => openKeys(home, { clock: Date.now, random });

async function makeKey(
  home: Home,
  { scope, site: domain, name = 'a server' }: Omit<NewFlags, 'data'> & Pick<KeyFacts, 'scope'>,
): Promise<void> {
  const site = domain === undefined ? undefined : await expectSite(home, domain);
  const { key, facts } = await keysOf(home).make({
    ...{ name, scope },
    ...(site !== undefined && { siteId: site.id }),
  });
  say(`Key ${facts.id}, to send hits of ${site?.domain ?? 'every site'}. It is shown only now.`);
  say(key);
}
