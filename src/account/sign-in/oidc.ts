import type { Configuration } from 'openid-client';
import { hourMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import type { Random } from '../../lib/random.ts';
import type { Role } from '../roles.ts';
import type { OidcSettings } from './oidc-settings.ts';

/** Who somebody is, as the provider says. */
export type OidcPerson = {
  readonly issuer: string;
  /** The provider's own id of him, which never becomes another's. */
  readonly subject: string;
  /** Absent where the provider does not say that it is his. */
  readonly email?: string;
  readonly name?: string;
  /** The highest that one of his groups has; absent: none has one. */
  readonly role?: Role;
};

export type Oidc = {
  /**
   * Where a browser is sent, and what it keeps meanwhile (a cookie of its own). Throws
   * `unavailable` where the provider does not answer.
   */
  begin(redirectUri: string): Promise<{ readonly url: string; readonly kept: string }>;
  /**
   * Who has come back. `answer`: the query that the provider gave him. Throws `not-signed-in` for
   * what was not begun by this browser, or is wrong; `unavailable` as above.
   */
  finish(redirectUri: string, answer: string, kept: string): Promise<OidcPerson>;
};

const timeoutS = 10;

/** So far apart the clocks may be. */
const clockToleranceS = 30;

type Parts = { readonly clock: () => number; readonly random: Random };

export function openOidc(settings: OidcSettings, { clock, random }: Parts): Oidc {
  let known: { readonly config: Promise<Configuration>; readonly fromMs: number } | undefined;

  function configuration(): Promise<Configuration> {
    if (known !== undefined && clock() - known.fromMs < hourMs) return known.config;
    const config = discover(settings);
    known = { config, fromMs: clock() };
    config.catch(() => {
      known = undefined;
    });
    return config;
  }

  async function begin(redirectUri: string) {
    const client = await import('openid-client');
    const config = await configuration();
    const [state, nonce, verifier] = [secret(), secret(), secret()];
    const url = client.buildAuthorizationUrl(config, {
      ...{ redirect_uri: redirectUri, scope: settings.scopes, state, nonce },
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, kept: [state, nonce, verifier].join('.') };
  }

  const secret = () => random(32).toString('base64url');

  async function finish(redirectUri: string, answer: string, kept: string): Promise<OidcPerson> {
    const [expectedState, expectedNonce, pkceCodeVerifier] = kept.split('.');
    const given = new URLSearchParams(answer);
    const isAnswer = given.has('code') || given.has('error');
    if (!expectedState || given.get('state') !== expectedState || !isAnswer) throw notBegun();
    const client = await import('openid-client');
    const config = await configuration();
    const url = new URL(redirectUri);
    url.search = answer;
    const checks = {
      expectedState,
      expectedNonce: expectedNonce!,
      pkceCodeVerifier: pkceCodeVerifier!,
    };
    try {
      const tokens = await client.authorizationCodeGrant(config, url, checks);
      const claims = { ...tokens.claims()! } as Claims;
      const isMissing = claims['email'] === undefined || claims[settings.groupsClaim] === undefined;
      const asks = isMissing && config.serverMetadata().userinfo_endpoint !== undefined;
      const more = asks ? await client.fetchUserInfo(config, tokens.access_token, claims.sub) : {};
      return personOf({ ...more, ...claims }, settings);
    } catch (error) {
      throw refusalOf(error);
    }
  }

  return { begin, finish };
}

type Claims = Readonly<Record<string, unknown>> & { readonly sub: string; readonly iss: string };

function personOf(claims: Claims, { groups, groupsClaim }: OidcSettings): OidcPerson {
  const { iss, sub, email, email_verified: isVerified, name } = claims;
  const named = claims[groupsClaim];
  const own = Array.isArray(named) ? named : [named];
  const role = groups.find(({ group }) => own.includes(group))?.role;
  return {
    ...{ issuer: iss, subject: sub },
    // Some providers write the word.
    ...(typeof email === 'string' && (isVerified === true || isVerified === 'true') && { email }),
    ...(typeof name === 'string' && { name }),
    ...(role !== undefined && { role }),
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const client = await import('openid-client');
  const isPlain = issuer.protocol === 'http:';
  const metadata = { [client.clockTolerance]: clockToleranceS };
  const proof = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
  try {
    return await client.discovery(issuer, clientId, metadata, proof, {
      timeout: timeoutS,
      execute: [
        client.enableNonRepudiationChecks,
        ...(isPlain ? [client.allowInsecureRequests] : []),
      ],
    });
  } catch (error) {
    throw unavailable(error);
  }
}

const notBegun = () =>
  new DaybookError('not-signed-in', 'signing in was not begun in this browser, or too long ago');

const unavailable = (cause: unknown) =>
  new DaybookError('unavailable', 'the OpenID Connect provider does not answer as it should', {
    cause,
  });

/** What went wrong, by whose fault it is: the browser's and its person's, or the provider's. */
function refusalOf(error: unknown): DaybookError {
  const { code, error: word } = error as { readonly code?: unknown; readonly error?: unknown };
  // One of a few words that the standard has: `access_denied`.
  const isWord = typeof word === 'string' && /^[a-z_]{1,40}$/.test(word);
  if (code === 'OAUTH_AUTHORIZATION_RESPONSE_ERROR' && isWord)
    return new DaybookError('not-signed-in', `the OpenID Connect provider says: ${word}`);
  // A code of another one, or one that was given before; or what no provider answers.
  const isBrowsers = code === 'OAUTH_INVALID_RESPONSE' || word === 'invalid_grant';
  return isBrowsers ? notBegun() : unavailable(error);
}
