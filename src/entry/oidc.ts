import { readFileSync } from 'node:fs';
import {
  type GivenOidc,
  type OidcSettings,
  readOidcSettings,
} from '../account/sign-in/oidc-settings.ts';
import { DaybookError, messageOf } from '../lib/errors.ts';

export type OidcFlags = Omit<GivenOidc, 'clientSecret'> & {
  readonly clientSecretFile?: string | undefined;
};

/**
 * The OpenID Connect provider that flags or the environment name. The client's secret is read from
 * `DAYBOOK_OIDC_CLIENT_SECRET` or from a file: a flag would show it to everybody on the machine.
 */
export function readOidc(env: NodeJS.ProcessEnv, flags: OidcFlags = {}): OidcSettings | undefined {
  const { clientSecretFile = env['DAYBOOK_OIDC_CLIENT_SECRET_FILE'], ...given } = flags;
  const clientSecret = clientSecretFile
    ? secretIn(clientSecretFile)
    : env['DAYBOOK_OIDC_CLIENT_SECRET'];
  return readOidcSettings({
    issuer: given.issuer ?? env['DAYBOOK_OIDC_ISSUER'],
    clientId: given.clientId ?? env['DAYBOOK_OIDC_CLIENT_ID'],
    scopes: given.scopes ?? env['DAYBOOK_OIDC_SCOPES'],
    groups: given.groups ?? env['DAYBOOK_OIDC_GROUPS'],
    groupsClaim: given.groupsClaim ?? env['DAYBOOK_OIDC_GROUPS_CLAIM'],
    clientSecret,
  });
}

function secretIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new DaybookError('bad-input', `--oidc-client-secret-file: ${messageOf(error)}`);
  }
}
