import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Places } from '../../collect/enrich/place.ts';
import { openAws } from '../../home/aws/aws.ts';
import { readSettings } from '../../home/aws/settings.ts';
import type { Home } from '../../home/home.ts';
import type { AnswerLimits, Page, World } from '../../http/world.ts';
import { openFrugalBooks } from '../../journal/metered-books.ts';
import type { Clock } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import type { Notify } from '../../notify/notify.ts';
import type { Reports } from '../../report/engine.ts';
import type { Sql } from '../../sql/sql.ts';
import { openLog } from '../log.ts';
import { readOidc } from '../oidc.ts';
import { openOwnPlaces } from '../own-databases.ts';
import { openRandom } from '../random.ts';
import { readSetting, unknownVariables } from '../settings/environment.ts';
import { openWorld } from '../world.ts';
import { maxRestRowBytes, maxRowBytes } from './answer.ts';
import { readClients } from './client.ts';

/** Of the 27 s there are for an answer, what one page of rows may take. */
const maxRowsMs = 15_000;

/** A function has no other disk, and what is on it may stay for the next event. */
export const cacheFolder = '/tmp/daybook';

/** What API Gateway lets through, and in which time. */
const httpLimits: AnswerLimits = { bytes: maxRowBytes, ms: maxRowsMs };

/** The same for a function that may have a REST API in front. */
export const restLimits: AnswerLimits = { bytes: maxRestRowBytes, ms: maxRowsMs };

export type LambdaOptions = {
  readonly env: NodeJS.ProcessEnv;
  /** Instead of the one that the environment names. */
  readonly home?: Home;
  readonly clock?: Clock;
  /** This function collects: it locates addresses. */
  readonly collects?: boolean;
  readonly pages?: ReadonlyMap<string, Page>;
  readonly answerLimits?: AnswerLimits;
  readonly reports?: (home: Home, clock: Clock) => Promise<Reports>;
  readonly sql?: (home: Home, clock: Clock) => Sql;
  /** Functions that collect have no code for it. */
  readonly notify?: (world: World, env: NodeJS.ProcessEnv) => Notify;
};

export type LambdaWorld = {
  readonly world: World;
  readonly log: Logger;
  readonly settle: () => Promise<void>;
};

/**
 * Daybook inside one function, over the stores that its environment names; the bucket only where
 * files are read.
 */
export async function openLambdaWorld(options: LambdaOptions): Promise<LambdaWorld> {
  const { env, clock = Date.now, pages = new Map(), reports = noReports } = options;
  const { answerLimits = httpLimits } = options;
  const home = options.home ?? (await openStores(env, clock));
  const log = openLog(env, 1, null);
  const { books, settle: settleBooks } = openFrugalBooks(home, clock);
  const opened = openWorld({
    ...{ home, clock, log, pages, books },
    ...readClients({
      originSecret: textOf(env['DAYBOOK_ORIGIN_SECRET']),
      countryHeader: textOf(env['DAYBOOK_COUNTRY_HEADER']),
    }),
    ...chosen(env, log),
    ...(textOf(env['DAYBOOK_CITY_DATABASE']) !== undefined && { hasCities: true }),
    ...(options.collects && (await ownPlaces(env, log))),
    ...(pages.size > 0 && { oidc: readOidc(env) }),
    random: openRandom(),
    // API Gateway itself sends X-Forwarded-For: only a key makes it believed.
    trust: { isProxy: () => false, onUnnamed: () => {} },
    reports: () => reports(home, clock),
    ...(options.sql && { sql: options.sql(home, clock) }),
    journalOnly: options.reports === undefined,
    answerLimits,
  });
  const world = { ...opened, ...(options.notify && { notify: options.notify(opened, env) }) };
  async function settle(): Promise<void> {
    world.collect.visitors.forget(clock());
    await settleBooks();
  }
  return { world, log, settle };
}

/** What is wrong is left out: hits are worth more. */
function chosen(env: NodeJS.ProcessEnv, log: Logger) {
  const wrong = (problem: string) => log.warn(`${problem}; it is left out`);
  for (const problem of unknownVariables(env)) log.warn(problem);
  const publicUrl = readSetting('public-url', env, wrong);
  const scriptPath = readSetting('script-path', env, wrong);
  const eventPath = readSetting('event-path', env, wrong);
  return {
    ...(publicUrl !== undefined && { publicUrl }),
    ...(scriptPath !== undefined && { scriptPath }),
    ...(eventPath !== undefined && { eventPath }),
  };
}

/**
 * Nothing is asked of the stores yet: every start would pay for it. A request that needs a missing
 * one gets an error with its name.
 */
function openStores(env: NodeJS.ProcessEnv, clock: Clock): Promise<Home> {
  return openAws(readSettings(env, cacheFolder), clock, { check: false });
}

/**
 * By the databases that are beside the function's code. Without them hits are still worth more than
 * their places.
 */
async function ownPlaces(env: NodeJS.ProcessEnv, log: Logger): Promise<{ places?: Places }> {
  const beside = (variable: string) => {
    const name = textOf(env[variable]);
    return name === undefined ? undefined : resolve(env['LAMBDA_TASK_ROOT'] ?? '.', name);
  };
  const [cityDatabase, networkDatabase] = [
    beside('DAYBOOK_CITY_DATABASE'),
    beside('DAYBOOK_NETWORK_DATABASE'),
  ];
  if (cityDatabase === undefined && networkDatabase === undefined) return {};
  try {
    return { places: (await openOwnPlaces({ cityDatabase, networkDatabase })).places };
  } catch (error) {
    log.error(`${messageOf(error)}; hits get their countries alone`);
    return {};
  }
}

/** The owner key, of which the deployment knows only the hash, becomes the first one. */
export async function keepOwner({ owner }: World, env: NodeJS.ProcessEnv): Promise<void> {
  const hash = textOf(env['DAYBOOK_OWNER_KEY_HASH']);
  if (hash === undefined) return;
  if (!/^[0-9a-f]{64}$/.test(hash))
    throw new DaybookError(
      'bad-input',
      'DAYBOOK_OWNER_KEY_HASH: expected a SHA-256 as 64 hex digits',
    );
  await owner.keepFirstHash(hash);
}

function noReports(): Promise<Reports> {
  return Promise.reject(new DaybookError('not-found', 'this function answers no reports'));
}

const textOf = (value: string | undefined) => (value === '' ? undefined : value);
