import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHome } from '../../src/entry/home.ts';
import { createStores } from '../../src/home/aws/create.ts';
import { readSettings } from '../../src/home/aws/settings.ts';
import { describeHome } from '../../src/home/contract/contract.ts';
import type { TestHome } from '../../src/home/contract/support.ts';
import { dataVersion, versionIn } from '../../src/home/data-version.ts';
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
    async version() {
      const text = await home.rows.get('daybook', 'version');
      return text === undefined ? undefined : versionIn(text);
    },
    async setVersion(version) {
      const value = JSON.stringify({ version });
      await home.rows.append([{ partition: 'daybook', sort: 'version', value }]);
    },
    async dispose() {
      await home.close();
      await end();
      await rm(data, { recursive: true, force: true });
    },
  };
}

test('a bucket that a newer Daybook has written to is refused, with whatever table', async () => {
  const stores = await openAwsStores();
  const data = await mkdtemp(join(tmpdir(), 'daybook-aws-'));
  const home = await openHome(data, Date.now, stores.env);
  const marks = async () => (await home.files.list('version/')).map(({ name }) => name);
  await home.claim();
  expect(await marks()).toEqual([`version/${dataVersion}`]);
  await home.files.save(`version/${dataVersion + 1}`, (path) => writeFile(path, '{}'));
  await home.rows.remove([{ partition: 'daybook', sort: 'version' }]);
  const problem = /^bucket \S+ is of version \d+; this Daybook reads version \d+: run a newer/;
  await expect(home.claim()).rejects.toThrow(problem);
  await expect(openHome(data, Date.now, stores.env)).rejects.toThrow(problem);
  await home.close();
  await stores.close();
  await rm(data, { recursive: true });
});
