import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export const oidcClient = { clientId: 'daybook', clientSecret: 'a secret of the tests' };

export type OidcAccount = Readonly<Record<string, unknown>>;

export type RunningProvider = {
  readonly issuer: string;
  /**
   * Signs in there as a browser would, with the provider's form, and gives the address that it is
   * sent back to. `undefined`: turns away.
   */
  signIn(url: string, login: string | undefined): Promise<URL>;
  end(): Promise<void>;
};

/** A real provider on this machine. `accounts`: claims of each login; any password does. */
export async function startOidcProvider(
  accounts: Readonly<Record<string, OidcAccount>>,
  redirectUris: readonly string[],
): Promise<RunningProvider> {
  let answer: RequestListener | undefined;
  const server = createServer((request, response) => answer!(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { clientId: client_id, clientSecret: client_secret } = oidcClient;
  answer = new Provider(issuer, {
    clients: [{ client_id, client_secret, redirect_uris: redirectUris }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['a key of the tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_: unknown, login: string) =>
      accounts[login] && { accountId: login, claims: () => ({ sub: login, ...accounts[login] }) },
  }).callback();

  return {
    issuer,
    signIn: (url, login) => signInAt(issuer, url, login),
    async end() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Follows the provider's ways, form by form, until they lead elsewhere. */
async function signInAt(issuer: string, from: string, login: string | undefined): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(from);
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 12 && url.origin === issuer; step++) {
    const response = await fetch(url, {
      ...(form !== undefined && { method: 'POST', body: form }),
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
      cookies.set(name!, value!);
    }
    form = undefined;
    const to = response.headers.get('location');
    if (to !== null) {
      url = new URL(to, url);
      continue;
    }
    const page = await response.text();
    if (login === undefined) {
      url = new URL(/href="([^"]+\/abort)"/.exec(page)![1]!, url);
      continue;
    }
    url = new URL(/action="([^"]+)"/.exec(page)![1]!, url);
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)![1]!;
    form = new URLSearchParams({ prompt, ...(prompt === 'login' && { login, password: 'x' }) });
  }
  return url;
}
