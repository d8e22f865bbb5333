import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from '../../src/entry/home.ts';
import { createStores } from '../../src/home/aws/create.ts';
import { readSettings } from '../../src/home/aws/settings.ts';
import { describeHome } from '../../src/home/contract/contract.ts';
import type { TestHome } from '../../src/home/contract/support.ts';
import { openAwsStores } from '../support/aws-stores.ts';

describeHome('aws, on dynalite and s3rver', async (): Promise<TestHome> => {
  const stores = await openAwsStores();
  return makeHome(stores.env, () => stores.close());
});

/**
 * The same against stores of your choice: name their endpoints by `DAYBOOK_TEST_DYNAMODB` and
 * `DAYBOOK_TEST_S3` (`aws` for AWS's own), with the SDK's usual region and keys. Tables and buckets
 * are made, and left behind.
 */
const [dynamo, s3] = [process.env['DAYBOOK_TEST_DYNAMODB'], process.env['DAYBOOK_TEST_S3']];
if (dynamo !== undefined && s3 !== undefined) {
  describeHome(`aws, on ${dynamo} and ${s3}`, async (): Promise<TestHome> => {
    const name = `daybook-test-${randomBytes(6).toString('hex')}`;
    const env: NodeJS.ProcessEnv = { ...process.env, DAYBOOK_HOME: 'aws', DAYBOOK_TABLE: name };
    env['DAYBOOK_BUCKET'] = process.env['DAYBOOK_TEST_BUCKET'] ?? name;
    if (dynamo !== 'aws') env['AWS_ENDPOINT_URL_DYNAMODB'] = dynamo;
    if (s3 !== 'aws') env['AWS_ENDPOINT_URL_S3'] = s3;
    await createStores(readSettings(env, tmpdir()));
    return makeHome(env, async () => {});
  });
}

async function makeHome(env: NodeJS.ProcessEnv, end: () => Promise<void>): Promise<TestHome> {
  const data = await mkdtemp(join(tmpdir(), 'daybook-aws-'));
  const open = () => openHome(data, Date.now, env);
  let home = await open();
  return {
    home,
    async reopen() {
      await home.close();
      home = await open();
      return home;
    },
    async dispose() {
      await home.close();
      await end();
      await rm(data, { recursive: true, force: true });
    },
  };
}
