// Deploys Daybook on AWS: reads the settings that the stack has, says what will change, builds the
// functions, makes the owner key on this machine, deploys the stack with only the key's hash, and
// prints Daybook's address and the tag for the owner's pages.
//
//   npm run deploy [-- -c name=value …]
//
// The settings are in `lib/settings.ts` and docs/aws.md. One that is not said again stays as it is;
// `-c name=` gives it its default again. What may lose data or pages asks first, or wants `--yes`.
// With `--no-build` nothing is built: what was built before is deployed. All other arguments are
// passed to `cdk deploy`.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const own = ['--no-build', '--yes'];
const args = process.argv.slice(2).filter((argument) => !own.includes(argument));
const builds = !process.argv.includes('--no-build');

if (builds) buildDeployment();
if (!existsSync(join(here, 'dist/lib/deployed.js'))) fail('nothing is built: leave out --no-build');
const { deployedSettings } = await import('../dist/lib/deployed.js');
const { changeLines, nextSettings } = await import('../dist/lib/changes.js');
const { settingNames } = await import('../dist/lib/settings.js');

/** Settings that name files of the owner's. */
const databases = ['cityDatabase', 'networkDatabase'];
const said = saidSettings();
const stack = said.stack || 'Daybook';
/** The file that records what this machine has passed to a stack, and what the stack is. */
const record = join(process.env.DAYBOOK_DEPLOY_RECORDS ?? join(here, '.deployed'), `${stack}.json`);
const passed = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {};
const template = await templateNow();
const next = await settle();
if (builds) buildFunctions(next.settings);

const exists = template !== undefined;
const key = passed.ownerKeyHash === undefined ? randomBytes(32).toString('base64url') : undefined;
const parameters = {};
// CloudFormation keeps the parameters of a stack, so they are not passed again.
if (key !== undefined) parameters.OwnerKeyHash = createHash('sha256').update(key).digest('hex');
else if (!exists) parameters.OwnerKeyHash = passed.ownerKeyHash;
if (next.settings.cloudfront && template?.Parameters?.OriginSecret === undefined)
  parameters.OriginSecret = randomBytes(32).toString('base64url');
// One that was passed before stays, as all parameters do.
const { DAYBOOK_OIDC_CLIENT_SECRET: oidcClientSecret } = process.env;
if (next.settings.oidcIssuer !== '' && oidcClientSecret)
  parameters.OidcClientSecret = oidcClientSecret;
const { DAYBOOK_SMTP: smtp } = process.env;
if (next.settings.mailFrom !== '' && smtp) parameters.Smtp = smtp;

const outputs = deploy(parameters);
writeRecord();
await printOutputs(outputs);

/** What the owner says: on the command line, else in the context of `cdk.json`. */
function saidSettings() {
  const { context = {} } = JSON.parse(readFileSync(join(here, 'cdk.json'), 'utf8'));
  const all = { ...context, ...contextOfArguments() };
  const named = Object.entries(all).filter(([name]) => settingNames.includes(name));
  const texts = Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
  // Relative to where the owner is, not to where npm runs, nor where the next deployment is made.
  for (const name of databases)
    if (texts[name]) texts[name] = resolve(process.env.INIT_CWD ?? '.', texts[name]);
  return texts;
}

async function templateNow() {
  const profile = /^--profile(?:=(.*))?$/;
  const at = args.findIndex((argument) => profile.test(argument));
  const named = at < 0 ? undefined : (profile.exec(args[at])[1] ?? args[at + 1]);
  try {
    // Loaded here: it is installed by then.
    const { readStack } = await import('./read-stack.mjs');
    return await readStack(stack, named);
  } catch (error) {
    return templateAsRecorded(error);
  }
}

/** Who may deploy by CDK's roles alone may perhaps not read the stack. */
function templateAsRecorded({ name, message }) {
  const isForbidden = /^AccessDenied|^Unauthorized/.test(name);
  if (!isForbidden || passed.deployed === undefined) {
    const rights = isForbidden
      ? ' (it needs cloudformation:DescribeStacks and cloudformation:GetTemplate)'
      : '';
    return fail(`the settings of the stack ${stack} could not be read: ${message}${rights}`);
  }
  process.stderr.write(
    `The stack ${stack} may not be read (${message}): this goes by the last deployment from here.\n`,
  );
  const { settings } = passed.deployed;
  return {
    Metadata: { Daybook: passed.deployed },
    Parameters: settings.cloudfront ? { OriginSecret: {} } : {},
  };
}

/** The settings of this deployment, once its owner agrees to what they change. */
async function settle() {
  const deployed = template === undefined ? undefined : deployedSettings(template);
  let next;
  try {
    next = nextSettings(deployed, said);
  } catch (error) {
    return fail(error.message);
  }
  if (deployed === undefined) {
    refuseToForgetTables();
    return next;
  }
  for (const name of databases) refuseLostFile(name, next.settings[name]);
  process.stderr.write(`The stack ${stack} is deployed.\n`);
  for (const line of changeLines(deployed, next)) process.stderr.write(`${line}\n`);
  if (next.changes.some(({ risk }) => risk !== undefined) && !(await agrees()))
    return fail('nothing was deployed: say --yes where that is meant');
  return next;
}

/** The stack was removed: its table and bucket may have been kept. */
function refuseToForgetTables() {
  const { tableName, bucketName } = passed;
  if (tableName === undefined || said.table !== undefined || said.bucket !== undefined) return;
  fail(
    `the stack ${stack} is gone; it had the table ${tableName} and the bucket ${bucketName}. ` +
      `To go on with them: -c table=${tableName} -c bucket=${bucketName}. ` +
      'To begin with empty ones: -c table= -c bucket=',
  );
}

function refuseLostFile(name, file) {
  if (file === '' || existsSync(file) || !builds) return;
  fail(
    `${name}: there is no file ${file} on this machine: ` +
      `say where it is with -c ${name}=FILE, or leave it out with -c ${name}=`,
  );
}

async function agrees() {
  if (process.argv.includes('--yes')) return true;
  if (!process.stdin.isTTY) return false;
  const questions = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await questions.question('Deploy this? [y/N] ');
  questions.close();
  return /^y(es)?$/i.test(answer.trim());
}

function writeRecord() {
  mkdirSync(dirname(record), { recursive: true });
  const content = {
    ownerKeyHash: parameters.OwnerKeyHash ?? passed.ownerKeyHash,
    tableName: outputs.TableName,
    bucketName: outputs.BucketName,
    deployed: { given: next.given, settings: next.settings },
  };
  writeFileSync(record, `${JSON.stringify(content, undefined, 2)}\n`);
}

function npm(...args) {
  run('npm', args, root);
}

/** The program that CDK runs, and the settings. */
function buildDeployment() {
  if (!existsSync(join(here, 'node_modules/@aws-sdk/client-cloudformation')))
    npm('ci', '--prefix', here);
  npm('run', '--silent', 'build', '--prefix', here);
}

function buildFunctions({ arch, cityDatabase, networkDatabase }) {
  npm('run', '--silent', 'build');
  const files = [
    ...(cityDatabase === '' ? [] : ['--city-database', cityDatabase]),
    ...(networkDatabase === '' ? [] : ['--network-database', networkDatabase]),
  ];
  npm('run', '--silent', 'build:lambda', '--', '--arch', arch, ...files);
}

function deploy(parameters) {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-deploy-'));
  try {
    const file = join(folder, 'outputs.json');
    const passing = Object.entries(parameters).flatMap(([name, value]) => [
      '--parameters',
      `${stack}:${name}=${value}`,
    ]);
    const cdk = process.env.DAYBOOK_CDK ?? join(here, 'node_modules/aws-cdk/bin/cdk');
    const remembered = Object.entries(next.given).flatMap(([name, value]) => [
      ...['-c', `${name}=${value}`],
    ]);
    const all = ['deploy', '--outputs-file', file, ...passing, ...args, ...remembered];
    run(process.execPath, [cdk, ...all], here);
    return JSON.parse(readFileSync(file, 'utf8'))[stack];
  } catch (error) {
    // cdk itself has printed what went wrong.
    process.stderr.write(
      `deploy: cdk ended with ${error.status ?? error.message}; nothing more was done\n`,
    );
    process.exit(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function printOutputs({ Url: url, DnsTarget: target, CapUsdPerMonth: cap }) {
  say(`\nDaybook is at ${url}`);
  if (target !== undefined)
    say(`Once its name leads there: a CNAME record for ${new URL(url).hostname} to ${target}`);
  say(`It can cost at most about $${cap} a month, with every limit reached in every second.`);
  const { alarmEmail } = next.settings;
  if (alarmEmail === '')
    say('Nobody is told of its alarms: deploy with -c alarmEmail=YOU@YOUR.DOMAIN');
  else if (next.changes.some(({ name }) => name === 'alarmEmail') || !exists)
    say(`AWS has sent a mail to ${alarmEmail}: alarms come once its link was followed.`);
  if (key !== undefined) {
    const inForce = await isInForce(url, key);
    if (inForce === false) {
      say('\nThis stack has had an owner key before, which is still the one. To replace it:');
      say(
        '  daybook key new      ' +
          '(with DAYBOOK_HOME=aws, DAYBOOK_TABLE and DAYBOOK_BUCKET of the outputs)',
      );
    } else {
      say(
        '\nYour owner key, shown only now; keep it safe. ' +
          'It was made here, and only its hash has left:',
      );
      say(`  ${key}`);
      if (inForce === undefined)
        say('(Whether it is in force could not be seen from here: sign in to find out.)');
      say('Sign in with it, and add your site:');
      say(`  ${url}/sign-in#key=${key}`);
    }
  }
  say('\nIn the head of your pages:');
  say(`  <script defer data-domain="YOUR.DOMAIN" src="${url}/js/daybook.v1.js"></script>`);
}

/** True or false, as Daybook answers; undefined where it cannot be reached, or not yet. */
async function isInForce(url, key) {
  for (let tries = 0; tries < 5; tries++) {
    try {
      const answer = await fetch(`${url}/api/session`, {
        headers: { Authorization: `Bearer ${key}` },
        signal: AbortSignal.timeout(10_000),
      });
      if (answer.ok) return (await answer.json()).signedIn;
    } catch {
      // The name is new, or the network does not reach it.
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  return undefined;
}

/** What `-c name=value` says; where a name comes twice, the last one counts. */
function contextOfArguments() {
  const context = {};
  args.forEach((argument, i) => {
    const text =
      argument === '-c' || argument === '--context'
        ? args[i + 1]
        : /^--context=(.*)$/.exec(argument)?.[1];
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text ?? '') ?? [];
    if (name !== undefined) context[name] = value;
  });
  return context;
}

function fail(problem) {
  process.stderr.write(`deploy: ${problem}\n`);
  process.exit(1);
}

function run(command, args, cwd) {
  execFileSync(command, args, {
    cwd,
    stdio: ['inherit', 2, 2],
    shell: command === 'npm' && process.platform === 'win32',
  });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
