import { join } from 'node:path';
import { Command } from 'commander';
import { type DataFlag, dataOption, say } from './data.ts';

export function awsCommand(): Command {
  const aws = new Command('aws').description('the stores of the home aws (DAYBOOK_HOME=aws)');
  aws
    .command('create-tables')
    .summary('make the tables and the bucket where they are missing')
    .description(
      'make the tables and the bucket that DAYBOOK_TABLE, DAYBOOK_SALTS_TABLE and DAYBOOK_BUCKET ' +
        'name, where they are missing\n' +
        'For trying out, and for stores other than AWS; in an AWS account ' +
        'the deployment makes them (docs/aws.md).',
    )
    .addOption(dataOption())
    .action(async ({ data }: DataFlag) => {
      // Loaded here: nobody else pays for the SDK.
      const { readSettings } = await import('../../home/aws/settings.ts');
      const { createStores } = await import('../../home/aws/create.ts');
      const settings = readSettings(process.env, join(data, 'cache'));
      for (const { name, made } of await createStores(settings))
        say(`${name}: ${made ? 'made' : 'there already'}`);
    });
  return aws;
}
