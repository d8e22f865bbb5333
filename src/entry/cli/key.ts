import { Command } from 'commander';
import { openOwner } from '../../account/owner.ts';
import { type DataFlag, dataOption, random, say, withHome } from './data.ts';

export function keyCommand(): Command {
  const key = new Command('key').description('the owner key');
  key
    .command('new')
    .description('replace the owner key; the old one and all sessions end at once')
    .addOption(dataOption())
    .action((flags: DataFlag) =>
      withHome(flags, async (home) => {
        say('The new owner key. It is shown only now; keep it safe.');
        say(await openOwner(home, random).replaceKey());
      }),
    );
  return key;
}
