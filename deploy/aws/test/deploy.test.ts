import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../../scripts/deploy.mjs', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'daybook-deploy-test-'));
const asked = join(work, 'asked.json');

/**
 * A Daybook that accepts one key, as the deployed one does: the first whose hash was passed to cdk.
 */
let hash: string | undefined;
const server = createServer((request, response) => {
  hash ??= hashIn(JSON.parse(readFileSync(asked, 'utf8')) as string[]);
  const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
  response.end(
    JSON.stringify({ signedIn: createHash('sha256').update(key).digest('hex') === hash }),
  );
});
let url = '';
before(async () => {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Stands in for cdk: writes down its arguments, and the outputs of a deployment.
  writeFileSync(
    join(work, 'cdk.mjs'),
    `import { writeFileSync } from 'node:fs';
     const args = process.argv.slice(2);
     writeFileSync(${JSON.stringify(asked)}, JSON.stringify(args));
     if (args.includes('--fail')) process.exit(7);
     const outputs = { Url: ${JSON.stringify(url)}, CapUsdPerMonth: '9' };
     const file = args[args.indexOf('--outputs-file') + 1];
     writeFileSync(file, JSON.stringify({ Daybook: outputs }));`,
  );
});
after(() => {
  server.close();
  rmSync(work, { recursive: true, force: true });
});

type Result = { readonly code: number; readonly stdout: string; readonly args: readonly string[] };

async function deploy(records: string, ...args: string[]): Promise<Result> {
  const env = {
    ...process.env,
    DAYBOOK_CDK: join(work, 'cdk.mjs'),
    DAYBOOK_DEPLOY_RECORDS: join(work, records),
  };
  const ended = await promisify(execFile)(process.execPath, [script, '--no-build', ...args], {
    env,
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
  return { ...ended, args: JSON.parse(readFileSync(asked, 'utf8')) as string[] };
}
const hashIn = (args: readonly string[]) =>
  args.join(' ').match(/Daybook:OwnerKeyHash=([0-9a-f]{64})/)?.[1];

test('a key is made here, only its hash is passed, and it is shown once', async () => {
  const { stdout, args } = await deploy('here', '-c', 'alarmEmail=a@b.test');
  const key = /#key=(\S+)/.exec(stdout)![1]!;
  assert.equal(createHash('sha256').update(key).digest('hex'), hashIn(args));
  assert.ok(!args.join(' ').includes(key));
  assert.ok(args.join(' ').endsWith('-c alarmEmail=a@b.test'));
  assert.ok(stdout.includes(`Daybook is at ${url}`));
  assert.ok(stdout.includes(`src="${url}/js/daybook.v1.js"`));
  assert.ok(!readFileSync(join(work, 'here/Daybook.json'), 'utf8').includes(key));
});

test('from another machine: the first key is still valid, and no other is shown', async () => {
  const { stdout } = await deploy('there');
  assert.match(stdout, /has had an owner key before/);
  assert.doesNotMatch(stdout, /#key=/);
});

test('deploying again makes no other key', async () => {
  const { stdout, args } = await deploy('here');
  assert.equal(hashIn(args), undefined);
  assert.doesNotMatch(stdout, /key/);
});

test('a secret for CloudFront is made once, when it is wanted', async () => {
  const secretIn = (args: readonly string[]) =>
    /Daybook:OriginSecret=(\S{43})/.exec(args.join(' '))?.[1];
  assert.ok(secretIn((await deploy('here', '-c', 'cloudfront=true')).args));
  assert.equal(secretIn((await deploy('here', '-c', 'cloudfront=true')).args), undefined);
});

test('a deployment that fails writes no record, and shows no key', async () => {
  const { code, stdout } = await deploy('fails', '--fail');
  assert.equal(code, 1);
  assert.equal(stdout, '');
  const again = await deploy('fails');
  assert.ok(hashIn(again.args));
});
