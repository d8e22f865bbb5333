import { DaybookError, messageOf } from '../../lib/errors.ts';
import { type Role, roles } from '../roles.ts';

/** Another server that says who somebody is, by OpenID Connect, as its owner has chosen it. */
export type OidcSettings = {
  readonly issuer: URL;
  readonly clientId: string;
  /** Absent of a public client: then the code's verifier alone is its proof. */
  readonly clientSecret?: string;
  /** What is asked for. */
  readonly scopes: string;
  readonly groupsClaim: string;
  /** The role for all sites of those in a group, the highest first. */
  readonly groups: readonly GroupRole[];
};

export type GroupRole = { readonly group: string; readonly role: Role };

/** As flags or the environment give them. */
export type GivenOidc = {
  readonly issuer?: string | undefined;
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  readonly scopes?: string | undefined;
  readonly groupsClaim?: string | undefined;
  readonly groups?: string | undefined;
};

/** Undefined where no issuer is given. Throws `bad-input` that names the flag. */
export function readOidcSettings(given: GivenOidc): OidcSettings | undefined {
  if (!given.issuer) {
    if (Object.values(given).some(Boolean))
      throw refusal('issuer', 'expected the address of the provider with the other settings');
    return undefined;
  }
  if (!given.clientId) throw refusal('client-id', 'expected the id that the provider has for us');
  return {
    issuer: named('issuer', issuerOf, given.issuer),
    clientId: given.clientId,
    scopes: named('scopes', scopesOf, given.scopes || 'openid email profile'),
    ...(given.clientSecret && { clientSecret: given.clientSecret }),
    groupsClaim: given.groupsClaim || 'groups',
    groups: named('groups', groupsOf, given.groups ?? ''),
  };
}

export function scopesOf(text: string): string {
  if (text.split(' ').includes('openid')) return text;
  throw new DaybookError('bad-input', `expected openid among them, got ${text}`);
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export function issuerOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && loopback.test(url.hostname));
  if (url !== undefined && isSafe) return url;
  throw new DaybookError(
    'bad-input',
    `expected https://… (http only on this machine), got ${text}`,
  );
}

/** `admins=owner,team=viewer` */
export function groupsOf(text: string): GroupRole[] {
  const found = text.split(',').flatMap((part) => {
    if (part.trim() === '') return [];
    const [, group, named] = /^\s*(.+)=([^=]+?)\s*$/.exec(part) ?? [];
    const role = roles.find((one) => one === named);
    if (group === undefined || role === undefined)
      throw new DaybookError(
        'bad-input',
        `expected GROUP=ROLE, a role of ${roles.join(', ')}, got ${part}`,
      );
    return [{ group: group.trim(), role }];
  });
  return found.sort((a, b) => roles.indexOf(b.role) - roles.indexOf(a.role));
}

function named<T>(flag: string, read: (text: string) => T, text: string): T {
  try {
    return read(text);
  } catch (error) {
    throw refusal(flag, messageOf(error));
  }
}

const refusal = (flag: string, problem: string) =>
  new DaybookError('bad-input', `--oidc-${flag}: ${problem}`);
