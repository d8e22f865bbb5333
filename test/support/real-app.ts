import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openHome } from '../../src/entry/home.ts';
import { type ServerOptions, startServer } from '../../src/entry/server/server.ts';
import { readSettings } from '../../src/home/aws/settings.ts';
import type { Home } from '../../src/home/home.ts';
import { openAwsStores } from './aws-stores.ts';
import { dumpTables } from './table-dump.ts';

/** A test that is not about one home is written once, for each of these (`longHomes`). */
export const homeNames = ['machine', 'aws'] as const;
export type HomeName = (typeof homeNames)[number];
const asked = process.env['DAYBOOK_TEST_HOMES'];
/** Whether to run cases that `npm test` leaves out: so does `.ci/run` (`every`). */
export const everyCase = asked === 'every' || asked === 'all';
/** Whether to run those, too, which are more of one kind: `npm run long -- cases` (`all`). */
export const allCases = asked === 'all';
/** The homes that a test runs on: in `npm test`, which has to be quick, one machine's alone. */
export const longHomes: readonly HomeName[] = everyCase ? homeNames : ['machine'];
/** The same for those of which `.ci/run` has no time for more than one. */
export const longestHomes: readonly HomeName[] = allCases ? homeNames : ['machine'];

/** The dashboard that `npm test` has built. */
export const builtPages = fileURLToPath(new URL('../../dist/dashboard', import.meta.url));

/** An answer whose JSON has no type: tests may read any field. */
// biome-ignore lint/suspicious/noExplicitAny: the test's assertions check its shape
export type Answer = Omit<Response, 'json'> & { json(): Promise<any> };

export type RealApp = {
  readonly url: string;
  readonly key: string;
  readonly data: string;
  /** Everything that the home has stored, except salts. */
  dump(): Promise<Buffer>;
  /** `fetch` from this app; with `key`, as the owner. */
  get(path: string, init?: RequestInit & { key?: string }): Promise<Answer>;
  post(path: string, body: unknown, init?: RequestInit & { key?: string }): Promise<Answer>;
  /**
   * Closes the days that have ended by the app's clock; late rows do not wait. Gives the number.
   */
  closeDays(): Promise<number>;
  /** Sends the summaries and alerts that are due by the app's clock. */
  sendReports(): Promise<void>;
  /** Stops the server and starts it again on the same data. */
  restart(options?: Partial<ServerOptions>): Promise<void>;
  close(): Promise<void>;
};

/** A browser's user agent. Hits with the test runner's own would be dropped as those of a bot. */
export const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Chrome/130.0.0.0 Safari/537.36';

export type RealAppOptions = Partial<ServerOptions> & {
  /** Writes into the empty home before the server starts. */
  readonly prepare?: (home: Home) => Promise<void>;
  /** By default the app's. */
  readonly storeClock?: () => number;
};

/** Starts a real Daybook on its own port, with its own data folder or stores. */
export async function openRealApp(
  { prepare, storeClock, ...options }: RealAppOptions = {},
  homeName: HomeName = 'machine',
): Promise<RealApp> {
  const data = await mkdtemp(join(tmpdir(), 'daybook-test-'));
  const { clock = Date.now } = options;
  const stores =
    homeName === 'aws' ? await openAwsStores({ clock: storeClock ?? clock }) : undefined;
  if (prepare !== undefined) {
    const home = await openHome(data, clock, stores?.env ?? {});
    await prepare(home);
    await home.close();
  }
  const start = (more: Partial<ServerOptions>) =>
    startServer({
      port: 0,
      host: '127.0.0.1',
      data,
      proxies: [],
      pages: builtPages,
      // Reports run in this process: a process of their own can neither be started from TypeScript,
      // nor use the test's clock.
      reports: 'here',
      ...options,
      ...more,
      env: { DAYBOOK_LOG: 'silent', ...stores?.env, ...options.env, ...more.env },
    });
  let server = await start({});
  const key = server.firstKey!;

  function get(path: string, init: RequestInit & { key?: string } = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (init.key !== undefined) headers.set('Authorization', `Bearer ${init.key}`);
    if (!headers.has('User-Agent')) headers.set('User-Agent', chrome);
    return fetch(`${server.url.replace('localhost', '127.0.0.1')}${path}`, { ...init, headers });
  }

  return {
    get url() {
      return server.url;
    },
    key,
    data,
    dump: () =>
      stores === undefined
        ? readFile(join(data, 'rows', 'data.mdb'))
        : dumpTables(readSettings(stores.env, data)),
    get,
    post: (path, body, init = {}) =>
      get(path, {
        method: 'POST',
        ...init,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async closeDays() {
      const { closed, failed } = await server.closeDays(true);
      if (failed > 0) throw new Error(`${failed} days could not be closed`);
      return closed;
    },
    sendReports: () => server.sendReports(),
    async restart(more = {}) {
      await server.close();
      server = await start(more);
    },
    async close() {
      await server.close();
      await stores?.close();
      await rm(data, { recursive: true, force: true });
    },
  };
}
