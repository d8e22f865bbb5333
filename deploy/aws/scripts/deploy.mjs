// Deploys Daybook on AWS: builds the functions, makes the owner key on this machine, deploys the
// stack with only the key's hash, and prints Daybook's address and the tag for the owner's pages.
//
//   npm run deploy [-- -c name=value …]
//
// The settings are in `lib/settings.ts` and docs/aws.md. All other arguments are passed to
// `cdk deploy`. With `--no-build` nothing is built: what was built before is deployed.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = fileURLToPath(new URL('../../..', import.meta.url));
const given = process.argv.slice(2).filter((argument) => argument !== '--no-build');
const stack = contextOf('stack') ?? 'Daybook';
/**
 * The file that records what this machine has passed to a stack. CloudFormation keeps those
 * parameters, so they are not passed again.
 */
const record = join(process.env.DAYBOOK_DEPLOY_RECORDS ?? join(here, '.deployed'), `${stack}.json`);
const passed = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')) : {};

if (!process.argv.includes('--no-build'))
  build(contextOf('arch') ?? 'arm64', contextOf('cityDatabase'));

const key = passed.ownerKeyHash === undefined ? randomBytes(32).toString('base64url') : undefined;
const parameters = {};
if (key !== undefined) parameters.OwnerKeyHash = createHash('sha256').update(key).digest('hex');
if (contextOf('cloudfront') === 'true' && passed.originSecret !== true)
  parameters.OriginSecret = randomBytes(32).toString('base64url');

const outputs = deploy(parameters);
mkdirSync(dirname(record), { recursive: true });
const ownerKeyHash = parameters.OwnerKeyHash ?? passed.ownerKeyHash;
const originSecret = passed.originSecret === true || parameters.OriginSecret !== undefined;
writeFileSync(record, `${JSON.stringify({ ownerKeyHash, originSecret }, undefined, 2)}\n`);
await printOutputs(outputs);

function build(arch, cityDatabase) {
  const npm = (...args) => run('npm', args, root);
  if (!existsSync(join(here, 'node_modules/aws-cdk-lib'))) npm('ci', '--prefix', here);
  npm('run', '--silent', 'build');
  // Relative to where the owner is, not to where npm runs.
  const cities = cityDatabase ? ['--city-database', resolve(cityDatabase)] : [];
  npm('run', '--silent', 'build:lambda', '--', '--arch', arch, ...cities);
  npm('run', '--silent', 'build', '--prefix', here);
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
    run(process.execPath, [cdk, 'deploy', '--outputs-file', file, ...passing, ...given], here);
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

function contextOf(name) {
  const values = given.flatMap((argument, i) => {
    const text =
      argument === '-c' || argument === '--context'
        ? given[i + 1]
        : /^--context=(.*)$/.exec(argument)?.[1];
    return text?.startsWith(`${name}=`) ? [text.slice(name.length + 1)] : [];
  });
  return values.at(-1);
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
