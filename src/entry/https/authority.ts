import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { Client } from 'acme-client';
import { secondMs } from '../../lib/clock.ts';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import type { Stored } from './stored-certificate.ts';

export const letsEncrypt = 'https://acme-v02.api.letsencrypt.org/directory';

/** Where certificates come from (RFC 8555). */
export type Authority = {
  readonly directoryUrl: string;
  /** It writes there before a certificate ends. */
  readonly email?: string | undefined;
  /** PEM: who vouches for the authority's own server, besides those that Node knows. */
  readonly caFile?: string | undefined;
};

/** What the authority asks for at `/.well-known/acme-challenge/TOKEN`. */
export type Challenges = Map<string, string>;

const answerWithinMs = 30 * secondMs;

/**
 * Gets a certificate for the names: the authority asks for what is in `challenges` at port 80 of
 * each. Gives it with its chain and its new key, as PEM. This is the one place that knows the
 * package.
 */
export async function getCertificate(
  { directoryUrl, email, caFile }: Authority,
  names: readonly string[],
  challenges: Challenges,
  stored: Stored,
): Promise<string> {
  const { axios, Client, crypto } = await import('acme-client').then((acme) => acme.default);
  axios.defaults.timeout = answerWithinMs;
  // It is tried again by `keep-certificate.ts`, which says so.
  Object.assign(axios.defaults, {
    acmeSettings: { retryMaxAttempts: 0, retryDefaultDelay: 5 },
    httpsAgent: caFile === undefined ? undefined : new Agent({ ca: await trusted(caFile) }),
  });
  let accountKey = await stored.account();
  if (accountKey === undefined) {
    accountKey = (await crypto.createPrivateEcdsaKey()).toString();
    await stored.keepAccount(accountKey);
  }
  const client = new Client({ directoryUrl, accountKey, backoffMin: secondMs });
  await signUp(client, email);
  const [key, csr] = await crypto.createCsr(
    { altNames: [...names] },
    await crypto.createPrivateEcdsaKey(),
  );
  const chain = await client.auto({
    ...{ csr, challengePriority: ['http-01'] },
    // This machine may not reach itself by its public name.
    skipChallengeVerification: true,
    async challengeCreateFn(_, { token, type }, answer) {
      if (type !== 'http-01')
        throw new Error(`the authority offers no http-01 challenge, but ${type}`);
      challenges.set(token, answer);
    },
    async challengeRemoveFn(_, { token }) {
      challenges.delete(token);
    },
  });
  return `${key.toString().trim()}\n${chain}`;
}

/** An account that is there is updated, which some authorities refuse: it is used anyway. */
async function signUp(client: Client, email: string | undefined): Promise<void> {
  const contact = email === undefined ? {} : { contact: [`mailto:${email}`] };
  try {
    await client.createAccount({ termsOfServiceAgreed: true, ...contact });
  } catch (error) {
    try {
      client.getAccountUrl();
    } catch {
      throw error;
    }
  }
}

async function trusted(caFile: string): Promise<string[]> {
  try {
    return [...rootCertificates, await readFile(caFile, 'utf8')];
  } catch (error) {
    throw new DaybookError('bad-input', `${caFile}: ${messageOf(error)}`, { cause: error });
  }
}
