import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { templateOf } from './support.ts';

const script = fileURLToPath(new URL('../../scripts/deploy.mjs', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'daybook-deploy-test-'));
const asked = join(work, 'asked.json');

/** What is deployed: the template that CloudFormation has, by the arguments that cdk got. */
let deployed: object | undefined;
/** Instead of an answer of CloudFormation's: the error with this name. */
let cloudFormationFails: string | undefined;

/**
 * A Daybook that accepts one key, as the deployed one does: the first whose hash was passed to cdk.
 * And a CloudFormation, which gets POSTs.
 */
let hash: string | undefined;
const server = createServer(async (request, response) => {
  if (request.method === 'POST') {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const [status, body] = cloudFormation(new URLSearchParams(text));
    response.writeHead(status, { 'Content-Type': 'text/xml' }).end(body);
    return;
  }
  hash ??= hashIn(JSON.parse(readFileSync(asked, 'utf8')) as string[]);
  const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
  response.end(
    JSON.stringify({ signedIn: createHash('sha256').update(key).digest('hex') === hash }),
  );
});

function cloudFormation(query: URLSearchParams): [status: number, body: string] {
  const action = query.get('Action')!;
  const stack = query.get('StackName');
  const error = (code: string, message: string): [number, string] => [
    code === 'ValidationError' ? 400 : 403,
    `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code>` +
      `<Message>${message}</Message></Error></ErrorResponse>`,
  ];
  if (cloudFormationFails !== undefined) return error(cloudFormationFails, 'you may not');
  if (deployed === undefined || stack !== 'Daybook')
    return error('ValidationError', `Stack with id ${stack} does not exist`);
  const result =
    action === 'GetTemplate'
      ? `<TemplateBody>${JSON.stringify(deployed).replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`)}</TemplateBody>`
      : '<Stacks><member><StackName>Daybook</StackName>' +
        '<StackStatus>UPDATE_COMPLETE</StackStatus></member></Stacks>';
  return [
    200,
    `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
  ];
}

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
     const outputs = {
       ...{ Url: ${JSON.stringify(url)}, CapUsdPerMonth: '9' },
       ...{ TableName: 'Daybook-Table-1', BucketName: 'daybook-bucket-1' },
     };
     const file = args[args.indexOf('--outputs-file') + 1];
     writeFileSync(file, JSON.stringify({ Daybook: outputs }));`,
  );
});
after(() => {
  server.close();
  rmSync(work, { recursive: true, force: true });
});

type Result = {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What cdk got; undefined where it was not called. */
  readonly args: readonly string[] | undefined;
};

async function deploy(records: string, ...args: string[]): Promise<Result> {
  rmSync(asked, { force: true });
  const { AWS_PROFILE: _, ...inherited } = process.env;
  const env = {
    ...inherited,
    DAYBOOK_CDK: join(work, 'cdk.mjs'),
    DAYBOOK_DEPLOY_RECORDS: join(work, records),
    AWS_ENDPOINT_URL_CLOUDFORMATION: url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    NODE_NO_WARNINGS: '1',
  };
  const ended = await promisify(execFile)(process.execPath, [script, '--no-build', ...args], {
    env,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      ...{ code, stdout, stderr },
    }),
  );
  const called = existsSync(asked);
  const got = called ? (JSON.parse(readFileSync(asked, 'utf8')) as string[]) : undefined;
  if (ended.code === 0) deployed = templateOf(contextIn(got!)).toJSON();
  return { ...ended, args: got };
}

/** The settings that cdk got: of a name that comes twice, the last. */
function contextIn(args: readonly string[]): Record<string, string> {
  const texts = args.filter((_, i) => args[i - 1] === '-c');
  return Object.fromEntries(texts.map((text) => text.split('=') as [string, string]));
}
const hashIn = (args: readonly string[] = []) =>
  args.join(' ').match(/Daybook:OwnerKeyHash=([0-9a-f]{64})/)?.[1];

test('a key is made here, only its hash is passed, and it is shown once', async () => {
  const { stdout, args } = await deploy('here', '-c', 'alarmEmail=a@b.test');
  const key = /#key=(\S+)/.exec(stdout)![1]!;
  assert.equal(createHash('sha256').update(key).digest('hex'), hashIn(args));
  assert.ok(!args!.join(' ').includes(key));
  assert.equal(contextIn(args!)['alarmEmail'], 'a@b.test');
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
  const secretIn = (args: readonly string[] = []) =>
    /Daybook:OriginSecret=(\S{43})/.exec(args.join(' '))?.[1];
  assert.ok(secretIn((await deploy('here', '-c', 'cloudfront=true')).args));
  assert.equal(secretIn((await deploy('here', '-c', 'cloudfront=true')).args), undefined);
  assert.equal(secretIn((await deploy('anywhere')).args), undefined);
});

test('a deployment that fails writes no record, and shows no key', async () => {
  const { code, stdout } = await deploy('fails', '--fail');
  assert.equal(code, 1);
  assert.equal(stdout, '');
  const again = await deploy('fails');
  assert.ok(hashIn(again.args));
});

describe('what was said at an earlier deployment', () => {
  const domain = 'stats.example.com';
  const certificate = 'arn:aws:acm:us-east-1:111122223333:certificate/x';
  const given = {
    ...{ table: 'Old-Table', bucket: 'old-bucket', cloudfront: 'true', domain, certificate },
    ...{ alarmEmail: 'a@b.test', collectRate: '7', hitsTtl: 'false', onRemoval: 'destroy' },
  };
  const say = (settings: object) =>
    Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const withoutMetadata = () => {
    const { Metadata: _, ...template } = deployed as { Metadata: unknown };
    deployed = template;
  };
  const template = templateOf(given).toJSON();
  beforeEach(() => {
    deployed = template;
  });

  test('stays, from any machine, where nothing is said again', async () => {
    const { code, args, stderr } = await deploy('another');
    assert.equal(code, 0);
    assert.deepEqual(contextIn(args!), given);
    assert.match(stderr, /These stay: .*collectRate=7 .*table=Old-Table /);
    assert.match(stderr, /No setting changes\./);
  });

  test('stays where the stack was deployed before settings were kept', async () => {
    const before = { ...given, reportConcurrency: '0', budgetUsd: '5' };
    // These are the table's own: of another's, a stack shows none, and has no use for them.
    const { hitsTtl: _, onRemoval: __, ...ofOther } = before;
    const { table: ___, bucket: ____, ...own } = { ...before, maxReadUnits: '77' };
    for (const settings of [ofOther, own]) {
      deployed = templateOf(settings).toJSON();
      withoutMetadata();
      assert.deepEqual(contextIn((await deploy('another')).args!), settings);
    }
  });

  test('changes where something else is said, and what changes is shown', async () => {
    const { args, stderr } = await deploy('first', '-c', 'collectRate=9', '--context=alarmEmail=');
    assert.deepEqual(contextIn(args!), { ...withoutEmail, collectRate: '9' });
    assert.match(
      stderr,
      /These change:\n {2}collectRate: 7 → 9\n {2}alarmEmail: a@b.test → none\n/,
    );
  });
  const { alarmEmail: _, ...withoutEmail } = given;

  for (const [name, said, shown] of [
    ['another table', { table: 'New' }, /table: Old-Table → New\n.*another table’s hits/],
    ['an empty table', { table: '' }, /table: Old-Table → the stack’s own\n/],
    ['another bucket', { bucket: '' }, /bucket: old-bucket → the stack’s own\n/],
    ['no distribution', { cloudfront: 'false' }, /true → false\n.*the distribution is removed/],
    ['no domain', { domain: '', certificate: '' }, /from stats.example.com are counted no longer/],
    ['rows that end', { hitsTtl: 'true' }, /over 30 days ago are deleted/],
  ] as const)
    test(`${name}: nothing is deployed unless --yes is said`, async () => {
      const refused = await deploy('first', ...say(said));
      assert.equal(refused.code, 1);
      assert.equal(refused.args, undefined);
      assert.match(refused.stderr, shown);
      assert.match(refused.stderr, /nothing was deployed: say --yes where that is meant/);
      const meant = await deploy('first', ...say(said), '--yes');
      assert.equal(meant.code, 0);
      assert.ok(!meant.args!.includes('--yes'));
      const expected = Object.entries({ ...given, ...said }).filter(([, value]) => value !== '');
      const got = Object.entries(contextIn(meant.args!)).filter(([, value]) => value !== '');
      assert.deepEqual(Object.fromEntries(got), Object.fromEntries(expected));
    });

  test('data that goes with the stack is such a change too', async () => {
    await deploy('first', '-c', 'onRemoval=keep');
    const { code, stderr } = await deploy('first', '-c', 'onRemoval=destroy');
    assert.equal(code, 1);
    assert.match(stderr, /what was collected is destroyed with the stack/);
  });

  test('is not known: nothing is deployed', async () => {
    for (const [error, told] of [
      ['ExpiredToken', /could not be read: you may not\n/],
      ['AccessDenied', /needs cloudformation:DescribeStacks and cloudformation:GetTemplate/],
    ] as const) {
      cloudFormationFails = error;
      const { code, args, stderr } = await deploy('nowhere');
      cloudFormationFails = undefined;
      assert.deepEqual([code, args], [1, undefined]);
      assert.match(stderr, told);
    }
  });

  test('is taken from this machine’s own record where the stack may not be read', async () => {
    await deploy('first');
    cloudFormationFails = 'AccessDenied';
    const { args, stderr } = await deploy('first', '-c', 'collectRate=9');
    cloudFormationFails = undefined;
    assert.deepEqual(contextIn(args!), { ...given, collectRate: '9' });
    assert.match(stderr, /goes by the last deployment from here/);
    assert.doesNotMatch(args!.join(' '), /OriginSecret/);
  });

  test('and the stack was removed: its table is named, not replaced by an empty one', async () => {
    await deploy('first');
    deployed = undefined;
    const refused = await deploy('first');
    assert.deepEqual([refused.code, refused.args], [1, undefined]);
    assert.match(refused.stderr, /-c table=Daybook-Table-1 -c bucket=daybook-bucket-1/);
    const { args } = await deploy('first', '-c', 'table=', '-c', 'bucket=');
    // A new stack has no parameters yet; the owner's key is the one that was shown.
    const { ownerKeyHash } = JSON.parse(readFileSync(join(work, 'first/Daybook.json'), 'utf8'));
    assert.equal(hashIn(args), ownerKeyHash);
  });
});

test('who is told of alarms is said', async () => {
  deployed = undefined;
  assert.match((await deploy('alarms')).stdout, /Nobody is told of its alarms/);
  const { stdout } = await deploy('alarms', '-c', 'alarmEmail=c@d.test');
  assert.match(stdout, /AWS has sent a mail to c@d.test/);
  assert.doesNotMatch((await deploy('alarms')).stdout, /alarms/);
});
