import type { Command } from 'commander';
import { openAuditLog } from '../../account/audit-log.ts';
import { openWorldSites } from '../world.ts';
import type { DataFlag } from './data.ts';
import { random, withHome } from './data.ts';

/** What commands do, as the audit log calls it; others change nothing that a person asks for. */
const does: Readonly<Record<string, string>> = {
  ...{ 'site add': 'site.add', 'site set': 'site.set', 'site remove': 'site.remove' },
  ...{ 'site rename': 'site.set', 'goal add': 'goal.add', 'goal remove': 'goal.remove' },
  ...{ 'segment add': 'segment.add', 'segment remove': 'segment.remove' },
  ...{ 'annotation add': 'annotation.add', 'annotation remove': 'annotation.remove' },
  ...{ erase: 'hits.erase', restore: 'removal.restore', prune: 'hits.prune' },
  ...{ 'key new': 'key.make', 'key remove': 'key.end' },
  ...{ 'user add': 'person.invite', 'user role': 'person.role', 'user reset': 'person.reset' },
  ...{ 'user remove': 'person.remove', 'privacy request': 'visitor.ask' },
};

type Flags = DataFlag & {
  readonly site?: string;
  readonly dryRun?: boolean;
  readonly scope?: string;
  readonly erase?: boolean;
};

/** Writes down what a command has done that has just ended well. */
export async function auditCommand(command: Command): Promise<void> {
  const { site: named, dryRun, scope, erase, ...flags } = command.opts<Flags>();
  const path = [command.parent, command]
    .map((one) => one?.name())
    .filter((one) => one !== 'daybook');
  const name = path.join(' ');
  const what = name === 'key new' && !scope ? 'key.replace' : erase ? does['erase'] : does[name];
  if (what === undefined || dryRun || process.exitCode) return;
  const [first] = command.args;
  const domain = path[0] === 'site' ? first : named;
  await withHome(flags, async (home) => {
    const site =
      domain === undefined ? undefined : await openWorldSites(home, Date.now, random).find(domain);
    const about = path[0] === 'site' && site !== undefined ? undefined : first;
    await openAuditLog(home, { clock: Date.now, random }).write({
      ...{ what, by: { kind: 'command-line' } },
      ...(site !== undefined && { site: { id: site.id, domain: site.domain } }),
      ...(about !== undefined && { about }),
    });
  });
}
