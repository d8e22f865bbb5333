import { Option } from 'commander';
import type { OidcFlags } from '../oidc.ts';

export type OidcFlag = {
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly oidcClientSecretFile?: string;
  readonly oidcScopes?: string;
  readonly oidcGroups?: string;
  readonly oidcGroupsClaim?: string;
};

/** People may sign in by another server: see docs/people.md. */
export const oidcOptions = (): Option[] => [
  new Option(
    '--oidc-issuer <url>',
    'OpenID Connect provider that people may sign in with, such as https://id.example.com',
  ).env('DAYBOOK_OIDC_ISSUER'),
  new Option('--oidc-client-id <id>', 'what the provider calls this Daybook').env(
    'DAYBOOK_OIDC_CLIENT_ID',
  ),
  new Option(
    '--oidc-client-secret-file <file>',
    'a file with the secret for it, instead of DAYBOOK_OIDC_CLIENT_SECRET',
  ).env('DAYBOOK_OIDC_CLIENT_SECRET_FILE'),
  new Option(
    '--oidc-groups <roles>',
    'the roles for all sites of its groups, such as admins=owner,team=viewer',
  ).env('DAYBOOK_OIDC_GROUPS'),
  new Option('--oidc-groups-claim <name>', 'the claim that names groups (default: groups)').env(
    'DAYBOOK_OIDC_GROUPS_CLAIM',
  ),
  new Option(
    '--oidc-scopes <scopes>',
    'what the provider is asked for (default: openid email profile)',
  ).env('DAYBOOK_OIDC_SCOPES'),
];

export const oidcFlags = (flags: OidcFlag): OidcFlags => ({
  ...{ issuer: flags.oidcIssuer, clientId: flags.oidcClientId, scopes: flags.oidcScopes },
  ...{ groups: flags.oidcGroups, groupsClaim: flags.oidcGroupsClaim },
  clientSecretFile: flags.oidcClientSecretFile,
});
