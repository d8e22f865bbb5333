import type { OidcFlags } from '../oidc.ts';
import type { Flags, ServeName } from '../settings/table.ts';

/** People may sign in by another server: see docs/people.md. */
export const oidcFlags = (flags: Flags<ServeName>): OidcFlags => ({
  ...{ issuer: flags.oidcIssuer, clientId: flags.oidcClientId, scopes: flags.oidcScopes },
  ...{ groups: flags.oidcGroups, groupsClaim: flags.oidcGroupsClaim },
  clientSecretFile: flags.oidcClientSecretFile,
});
