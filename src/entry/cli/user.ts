import { Command, Option } from 'commander';
import { openInvitations } from '../../account/invitations.ts';
import { openPeople, type Person, readEmail, showPerson } from '../../account/people.ts';
import { type Role, roles, withRole } from '../../account/roles.ts';
import type { Home } from '../../home/home.ts';
import { DaybookError } from '../../lib/errors.ts';
import { refusedField } from '../../lib/refused-fields.ts';
import { type DataFlag, dataOption, expectSite, random, say, withHome } from './data.ts';
import { addressOfServer } from './served-at.ts';
import { withSites } from './sites.ts';

type RoleFlags = DataFlag & { readonly role?: Role; readonly site?: string };

const roleOption = () =>
  new Option('--role <role>', 'what they may: for all sites, or for that of --site').choices(roles);

export function userCommand(): Command {
  const user = new Command('user').description('people who may sign in, and what each may');
  user
    .command('add')
    .argument('<email>', 'for whom it is')
    .description('invite somebody: prints a link that is good once, for seven days')
    .addOption(roleOption().default('viewer'))
    .option('--site <domain>', 'for this site alone')
    .addOption(dataOption())
    .action((email: string, { role = 'viewer', site, ...flags }: RoleFlags) =>
      withHome(flags, async (home) => {
        const siteId = site === undefined ? undefined : (await expectSite(home, site)).id;
        const rights = withRole({}, role, siteId);
        await sayLink(home, { kind: 'invite', email: readEmail(email), rights });
      }),
    );
  user
    .command('list')
    .description('people, one JSON object a line')
    .addOption(dataOption())
    .action((flags: DataFlag) =>
      withSites(flags, async (sites, home) => {
        const domains = new Map((await sites.list()).map(({ id, domain }) => [id, domain]));
        for (const person of await peopleOf(home).list()) {
          const { all = null, sites: own = {} } = person.rights;
          const named = Object.entries(own).flatMap(([id, role]) => {
            const domain = domains.get(id);
            return domain === undefined ? [] : [[domain, role]];
          });
          const rights = { all, sites: Object.fromEntries(named) };
          say(JSON.stringify({ ...showPerson(person), rights }));
        }
      }),
    );
  user
    .command('role')
    .argument('<email>', 'whose')
    .description('give somebody another role; without --role, take it away')
    .addOption(roleOption())
    .option('--site <domain>', 'for this site alone')
    .addOption(dataOption())
    .action((email: string, { role, site, ...flags }: RoleFlags) =>
      withHome(flags, async (home) => {
        const siteId = site === undefined ? undefined : (await expectSite(home, site)).id;
        const { id } = await personNamed(home, email);
        const changed = await peopleOf(home).change(id, (person) => ({
          ...person,
          rights: withRole(person.rights, role, siteId),
        }));
        say(changed.email);
      }),
    );
  user
    .command('reset')
    .argument('<email>', 'whose')
    .description('print a link, good once, by which somebody sets a new password')
    .addOption(dataOption())
    .action((email: string, flags: DataFlag) =>
      withHome(flags, async (home) => {
        const { id } = await personNamed(home, email);
        await sayLink(home, { kind: 'reset', personId: id });
      }),
    );
  user
    .command('remove')
    .argument('<email>', 'who')
    .description('remove somebody; their sessions end at once')
    .addOption(dataOption())
    .action((email: string, flags: DataFlag) =>
      withHome(flags, async (home) => {
        const { id } = await personNamed(home, email);
        say((await peopleOf(home).remove(id)).email);
      }),
    );
  return user;
}

const means = { clock: Date.now, random };

const peopleOf = (home: Home) => openPeople(home, means);

async function personNamed(home: Home, email: string): Promise<Person> {
  const person = await peopleOf(home).byEmail(email);
  if (person !== undefined) return person;
  if (email.trim() === '') throw refusedField('email', 'expected an e-mail address');
  throw new DaybookError('not-found', `there is no person ${JSON.stringify(email.slice(0, 254))}`);
}

async function sayLink(
  home: Home,
  wanted: Parameters<ReturnType<typeof openInvitations>['make']>[0],
): Promise<void> {
  const { token, facts } = await openInvitations(home, means).make(wanted);
  say(`Good once, until ${new Date(facts.endsMs).toISOString()}. It is shown only now.`);
  say(`${await addressOfServer(home)}/sign-up#${token}`);
}
