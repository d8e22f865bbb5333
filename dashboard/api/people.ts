import type { Scope } from '../../src/account/keys.ts';
import type { Role } from '../../src/account/roles.ts';
import type { ShownRights } from '../model/rights.ts';
import { ask } from './client.ts';

/** Somebody who may sign in. */
export type Person = {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly rights: ShownRights;
  readonly created: string;
  readonly password: boolean;
  readonly totp: boolean;
  /** How many. */
  readonly passkeys: number;
  readonly open_id: boolean;
};

export type Invitation = {
  readonly id: string;
  readonly kind: 'setup' | 'invite' | 'reset';
  readonly email: string | null;
  readonly rights: ShownRights;
  readonly expires: string;
};

/** It is shown once. */
export type OneTimeLink = { readonly url: string };

export type Key = {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** Absent: of all sites; null: of one that is gone. */
  readonly site?: string | null;
  readonly created: string;
  readonly expires: string | null;
  readonly last_used: string | null;
};

export type NewKey = {
  readonly name: string;
  readonly scope: Scope;
  readonly site?: string;
  readonly expires?: string;
};

export type Session = {
  readonly id: string;
  /** The browser it was begun with. */
  readonly client: string | null;
  readonly is_this_one: boolean;
  readonly began: string | null;
  readonly seen: string | null;
  readonly expires: string;
};

export type AuditEntry = {
  readonly at: string;
  readonly by: {
    readonly kind: 'person' | 'key' | 'owner-key' | 'command-line' | 'nobody';
    readonly id?: string;
    readonly name?: string;
  };
  readonly what: string;
  readonly site?: string;
  readonly about?: string;
};

export type AuditPage = {
  readonly entries: readonly AuditEntry[];
  /** There are older ones. */
  readonly next?: string;
};

export type Passkey = {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly used: string | null;
};

type Codes = { readonly recovery_codes: readonly string[] };

type Options = { readonly options: Readonly<Record<string, unknown>> };

const mine = '/api/v1/me';

/** A role for a site, or for all of them without one. */
export type RoleGiven = { readonly role: Role | null; readonly site?: string };

const of = encodeURIComponent;

/** The requests about people and keys. Each rejects with an `ApiError`. */
export const peopleApi = {
  people: async () => (await ask<{ people: Person[] }>('/api/v1/people')).people,
  invitations: async () =>
    (await ask<{ invitations: Invitation[] }>('/api/v1/people/invitations')).invitations,
  invite: (wanted: RoleGiven & { readonly email?: string }) =>
    ask<OneTimeLink>('/api/v1/people/invitations', { body: wanted }),
  endInvitation: (id: string) =>
    ask<unknown>(`/api/v1/people/invitations/${of(id)}`, { method: 'DELETE' }),
  setRole: (id: string, given: RoleGiven) =>
    ask<Person>(`/api/v1/people/${of(id)}/role`, { method: 'PUT', body: given }),
  resetLink: (id: string) =>
    ask<OneTimeLink>(`/api/v1/people/${of(id)}/reset`, { method: 'POST', body: {} }),
  removePerson: (id: string) => ask<unknown>(`/api/v1/people/${of(id)}`, { method: 'DELETE' }),
  keys: async () => (await ask<{ keys: Key[] }>('/api/v1/keys')).keys,
  makeKey: (key: NewKey) => ask<Key & { key: string }>('/api/v1/keys', { body: key }),
  endKey: (id: string) => ask<unknown>(`/api/v1/keys/${of(id)}`, { method: 'DELETE' }),
  /** `before`: `next` of the page before it. */
  audit: (site: string | undefined, before?: string) => {
    const asked = { ...(site !== undefined && { site }), ...(before !== undefined && { before }) };
    return ask<AuditPage>(`/api/v1/audit?${new URLSearchParams(asked)}`);
  },
  me: () => ask<Person>('/api/v1/me'),
  changeMe: (changed: { readonly name?: string; readonly email?: string }) =>
    ask<Person>('/api/v1/me', { method: 'PUT', body: changed }),
  sessions: async () => (await ask<{ sessions: Session[] }>('/api/v1/me/sessions')).sessions,
  setPassword: (sent: { readonly password: string; readonly present?: string }) =>
    ask<unknown>(`${mine}/password`, { method: 'PUT', body: sent }),
  /** `qr` is an SVG. */
  beginSecondStep: () =>
    ask<{ secret: string; qr: string }>(`${mine}/second-step/begin`, { method: 'POST', body: {} }),
  turnOnSecondStep: (sent: { readonly secret: string; readonly code: string }) =>
    ask<Codes>(`${mine}/second-step`, { body: sent }),
  newRecoveryCodes: (code: string) =>
    ask<Codes>(`${mine}/second-step/recovery-codes`, { body: { code } }),
  turnOffSecondStep: (code: string) => ask<unknown>(`${mine}/second-step/end`, { body: { code } }),
  passkeys: async () => (await ask<{ passkeys: Passkey[] }>(`${mine}/passkeys`)).passkeys,
  passkeyOptions: async (password: string) => {
    const body = password === '' ? {} : { password };
    return (await ask<Options>(`${mine}/passkeys/options`, { body })).options;
  },
  keepPasskey: (name: string, credential: unknown) =>
    ask<Passkey>(`${mine}/passkeys`, { body: { name, credential } }),
  endPasskey: (id: string) => ask<unknown>(`${mine}/passkeys/${of(id)}`, { method: 'DELETE' }),
  endSession: (id: string) => ask<unknown>(`/api/v1/me/sessions/${of(id)}`, { method: 'DELETE' }),
};
