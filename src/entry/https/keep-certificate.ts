import type { Logger } from 'pino';
import type { Health } from '../../http/schemas/health.ts';
import { type Clock, minuteMs, secondMs } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { type Authority, type Challenges, getCertificate } from './authority.ts';
import { type Certificate, certificateOf, openStored } from './stored-certificate.ts';

/**
 * Between two tries, each longer than the one before: Let's Encrypt refuses a name that has failed
 * five times within an hour.
 */
const defaultPausesMs = [1, 5, 15, 60, 180, 360].map((minutes) => minutes * minuteMs);

const lookEveryMs = secondMs;

export type KeeperOptions = {
  readonly data: string;
  readonly names: readonly string[];
  readonly authority: Authority;
  readonly pausesMs?: readonly number[] | undefined;
};

export type CertificateKeeper = {
  readonly challenges: Challenges;
  state(): NonNullable<Health['certificate']>;
  /** Uses the stored certificate, if it is good still, and gets others when they are due. */
  start(use: (certificate: Certificate) => void): Promise<void>;
  stop(): void;
};

/**
 * Has a certificate for the names at any time: gets one where there is none, and another one when
 * two thirds of its life are over. A failure ends nothing: it is said, and tried again.
 */
export async function openKeeper(
  { data, names, authority, pausesMs = defaultPausesMs }: KeeperOptions,
  clock: Clock,
  log: Logger,
): Promise<CertificateKeeper> {
  const stored = await openStored(data, authority.directoryUrl);
  const challenges: Challenges = new Map();
  let [present, problem]: [Certificate | undefined, string | undefined] = [undefined, undefined];
  let [dueMs, failures, isGetting] = [0, 0, false];
  /** Of `performance.now()`: whoever sets the clock changes no pause. */
  let pausedUntilMs = 0;
  let looking: NodeJS.Timeout | undefined;
  const listed = names.join(', ');

  async function get(use: (certificate: Certificate) => void): Promise<void> {
    try {
      log.info(`getting a certificate for ${listed} from ${authority.directoryUrl}`);
      const got = certificateOf(await getCertificate(authority, names, challenges, stored));
      if (got === undefined) throw new Error('what the authority sent is no certificate');
      if (looking === undefined) return;
      await stored.keepCertificate(got.pem);
      take(got, use);
      [failures, problem] = [0, undefined];
      log.info(`${listed}: the new certificate is good until ${isoOf(got.untilMs)}`);
    } catch (error) {
      if (looking === undefined) return;
      pausedUntilMs = performance.now() + pausesMs[Math.min(failures++, pausesMs.length - 1)]!;
      problem = messageOf(error);
      const until =
        present === undefined
          ? 'there is none, so nobody can connect by https'
          : `the present one is good until ${isoOf(present.untilMs)}`;
      const again = `it is tried again at ${isoOf(nextMs())}`;
      log.error(`no certificate for ${listed}: ${problem}; ${until}; ${again}`);
    }
  }

  function take(certificate: Certificate, use: (certificate: Certificate) => void): void {
    use(certificate);
    present = certificate;
    dueMs = certificate.fromMs + ((certificate.untilMs - certificate.fromMs) * 2) / 3;
  }

  const nextMs = () => Math.max(dueMs, clock() + pausedUntilMs - performance.now());

  return {
    challenges,
    state: () => ({
      ...{ names: [...names], authority: authority.directoryUrl },
      ...(present !== undefined && { good_until: isoOf(present.untilMs) }),
      next_try: isoOf(nextMs()),
      ...(problem !== undefined && { problem }),
    }),
    async start(use) {
      const found = await stored.certificate();
      if (found !== undefined && isFor(found, names) && found.untilMs > clock()) take(found, use);
      looking = setInterval(() => {
        if (isGetting || clock() < dueMs || performance.now() < pausedUntilMs) return;
        isGetting = true;
        void get(use).finally(() => (isGetting = false));
      }, lookEveryMs);
      looking.unref();
    },
    stop() {
      clearInterval(looking);
      looking = undefined;
    },
  };
}

const isFor = (certificate: Certificate, names: readonly string[]) =>
  [...certificate.names].sort().join() === [...names].sort().join();

const isoOf = (ms: number) => new Date(ms).toISOString();
