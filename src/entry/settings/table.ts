import { groupsOf, issuerOf, scopesOf } from '../../account/sign-in/oidc-settings.ts';
import { checkMailFrom, checkSmtp } from '../../notify/channels/mail-settings.ts';
import { directoryOf } from '../https/names.ts';
import type { Kind } from './kinds.ts';
import * as kinds from './kinds.ts';

export type Setting<T = unknown> = {
  readonly kind: Kind<T>;
  readonly env: string;
  /** One line, for the help and the documents. */
  readonly words: string;
  readonly default?: T;
  /** How a default is shown, or what holds where there is none. */
  readonly otherwise?: string;
  /** `functions`: nothing but the functions on AWS. What commands read, the file may set. */
  readonly by: 'serve' | 'commands' | 'functions';
  /** The functions on AWS read it too, in their environment. */
  readonly onAws?: boolean;
  /** It has no flag: everybody on a machine sees those, or it is of all commands alike. */
  readonly flagless?: boolean;
  /** It is not shown. */
  readonly secret?: boolean;
};

/**
 * Every setting of Daybook, by its name: the flag's without the dashes, and the configuration
 * file's. From it come the flags, what is read of the environment and of the file, `daybook config`
 * and the table in docs/configuration.md (`npm run documents`).
 */
export const settings = {
  data: {
    ...{ kind: kinds.path('dir'), env: 'DAYBOOK_DATA', by: 'commands' },
    ...{ words: 'folder of the data', default: 'data', otherwise: './data' },
  },
  port: {
    ...{ kind: kinds.port, env: 'PORT', by: 'serve' },
    ...{ words: 'port to listen on', otherwise: '7070; with --https 443' },
  },
  host: {
    ...{ kind: kinds.text('address'), env: 'HOST', by: 'serve' },
    words: 'address to listen on; 0.0.0.0 for all',
    otherwise: '127.0.0.1; with --https all',
  },
  https: {
    ...{ kind: kinds.hostNames, env: 'DAYBOOK_HTTPS', by: 'serve' },
    words:
      'answer by https at these names, with commas, with a certificate that the server gets and ' +
      "renews by itself; you agree to its authority's terms",
  },
  'https-email': {
    ...{ kind: kinds.text('address'), env: 'DAYBOOK_HTTPS_EMAIL', by: 'serve' },
    words: 'where the authority of the certificate may write',
  },
  'http-port': {
    ...{ kind: kinds.port, env: 'DAYBOOK_HTTP_PORT', by: 'serve' },
    ...{ words: 'with --https: where port 80 arrives', default: 80 },
  },
  'acme-directory': {
    kind: kinds.checked('url', directoryOf),
    ...{ env: 'DAYBOOK_ACME_DIRECTORY', by: 'serve' },
    ...{ words: "another authority's directory", otherwise: "Let's Encrypt's" },
  },
  'acme-ca': {
    ...{ kind: kinds.path('file'), env: 'DAYBOOK_ACME_CA', by: 'serve' },
    words: "PEM of who vouches for the authority's own server, besides the public ones",
  },
  'public-url': {
    ...{ kind: kinds.publicUrl, env: 'DAYBOOK_PUBLIC_URL', by: 'serve', onAws: true },
    words: 'where browsers reach this server, such as https://stats.example.com; snippets name it',
  },
  base: {
    ...{ kind: kinds.basePath, env: 'DAYBOOK_BASE', by: 'serve' },
    words: 'the path below which browsers reach this server, such as /stats',
  },
  'trust-proxy': {
    ...{ kind: kinds.ranges, env: 'DAYBOOK_TRUST_PROXY', by: 'serve' },
    words: 'proxies whose X-Forwarded-For is believed: addresses or CIDR, with commas',
    ...{ default: [], otherwise: 'none' },
  },
  'script-path': {
    ...{ kind: kinds.chosenPath, env: 'DAYBOOK_SCRIPT_PATH', by: 'serve', onAws: true },
    words: 'where the tracker is served besides, such as /stats/a.js',
  },
  'event-path': {
    ...{ kind: kinds.chosenPath, env: 'DAYBOOK_EVENT_PATH', by: 'serve', onAws: true },
    words: 'where the tracker sends hits, such as /stats/e',
  },
  'api-limit': {
    kind: kinds.whole('number', 9_999_999, 'a number of requests, or 0'),
    ...{ env: 'DAYBOOK_API_LIMIT', by: 'serve', default: 600 },
    words:
      'requests of the API a minute from one address; a key and a person may five times as ' +
      'many, the owner key any number; 0: no limit. Hits are never limited',
  },
  'city-database': {
    ...{ kind: kinds.path('file'), env: 'DAYBOOK_CITY_DATABASE', by: 'commands', onAws: true },
    words: "a database of cities in MaxMind's format (.mmdb): fills regions and cities",
  },
  'network-database': {
    ...{ kind: kinds.path('file'), env: 'DAYBOOK_NETWORK_DATABASE', by: 'commands', onAws: true },
    words:
      "a database of AS numbers in MaxMind's format (.mmdb): sites may leave out networks by it",
  },
  memory: {
    ...{ kind: kinds.size, env: 'DAYBOOK_MEMORY', by: 'commands' },
    words: 'what the server and its processes may take together, such as 512m',
    otherwise: "three quarters of the machine's, or of its control group's limit",
  },
  'backup-to': {
    ...{ kind: kinds.backupPlace, env: 'DAYBOOK_BACKUP_TO', by: 'serve' },
    words:
      'where the server backs its data up to: a folder, or s3://bucket/prefix (docs/backup.md)',
  },
  'backup-every': {
    ...{ kind: kinds.duration, env: 'DAYBOOK_BACKUP_EVERY', by: 'serve' },
    ...{ words: 'how often, such as 12h', otherwise: '1d' },
  },
  'backup-keep': {
    kind: kinds.whole('number', 999_999, 'how many backups stay, or 0 for all'),
    ...{ env: 'DAYBOOK_BACKUP_KEEP', by: 'serve' },
    ...{ words: 'how many of its backups stay, the newest', otherwise: 'all' },
  },
  'oidc-issuer': {
    kind: kinds.checked('url', issuerOf),
    ...{ env: 'DAYBOOK_OIDC_ISSUER', by: 'serve', onAws: true },
    words: 'OpenID Connect provider that people may sign in with, such as https://id.example.com',
  },
  'oidc-client-id': {
    ...{ kind: kinds.text('id'), env: 'DAYBOOK_OIDC_CLIENT_ID', by: 'serve', onAws: true },
    words: 'what the provider calls this Daybook',
  },
  'oidc-client-secret': {
    ...{ kind: kinds.text('secret'), env: 'DAYBOOK_OIDC_CLIENT_SECRET', by: 'serve', onAws: true },
    ...{ words: 'the secret for the provider', secret: true, flagless: true },
  },
  'oidc-client-secret-file': {
    kind: kinds.path('file'),
    ...{ env: 'DAYBOOK_OIDC_CLIENT_SECRET_FILE', by: 'serve', onAws: true },
    words: 'a file with the secret for it, instead of DAYBOOK_OIDC_CLIENT_SECRET',
  },
  'oidc-groups': {
    kind: { ...kinds.checked('roles', groupsOf), isList: true },
    ...{ env: 'DAYBOOK_OIDC_GROUPS', by: 'serve', onAws: true },
    words: 'the roles for all sites of its groups, such as admins=owner,team=viewer',
  },
  'oidc-groups-claim': {
    ...{ kind: kinds.text('name'), env: 'DAYBOOK_OIDC_GROUPS_CLAIM', by: 'serve', onAws: true },
    ...{ words: 'the claim that names groups', otherwise: 'groups' },
  },
  'oidc-scopes': {
    kind: kinds.checked('scopes', scopesOf),
    ...{ env: 'DAYBOOK_OIDC_SCOPES', by: 'serve', onAws: true },
    ...{ words: 'what the provider is asked for', otherwise: 'openid email profile' },
  },
  smtp: {
    kind: kinds.checked('url', checkSmtp),
    ...{ env: 'DAYBOOK_SMTP', by: 'serve', onAws: true, secret: true, flagless: true },
    words: 'the server that mails are sent by, such as smtps://user:password@mail.example.com',
  },
  'smtp-file': {
    kind: kinds.path('file'),
    ...{ env: 'DAYBOOK_SMTP_FILE', by: 'serve' },
    words: 'a file with that address, instead of DAYBOOK_SMTP',
  },
  'mail-from': {
    kind: kinds.checked('address', checkMailFrom),
    ...{ env: 'DAYBOOK_MAIL_FROM', by: 'serve', onAws: true },
    words: 'whom mails come from, such as "Daybook <reports@example.com>"',
  },
  'private-webhooks': {
    ...{ kind: kinds.choice('true', 'false'), env: 'DAYBOOK_PRIVATE_WEBHOOKS', by: 'serve' },
    words: 'whether messages may go to private addresses, and by http',
    ...{ onAws: true, otherwise: 'false' },
  },
  log: {
    kind: kinds.choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    ...{ env: 'DAYBOOK_LOG', by: 'commands', onAws: true, flagless: true },
    ...{ words: 'the least urgent lines that the log has', otherwise: 'info' },
  },
  home: {
    ...{ kind: kinds.choice('machine', 'aws'), env: 'DAYBOOK_HOME', by: 'commands' },
    words: 'where the data lies: on this machine, or in stores of AWS (docs/aws.md)',
    ...{ flagless: true, otherwise: 'machine' },
  },
  table: {
    ...{ kind: kinds.text('name'), env: 'DAYBOOK_TABLE', by: 'commands', onAws: true },
    ...{ words: 'on AWS: the table', flagless: true, otherwise: 'DeployHits' },
  },
  'salts-table': {
    ...{ kind: kinds.text('name'), env: 'DAYBOOK_SALTS_TABLE', by: 'commands', onAws: true },
    ...{ words: 'on AWS: the table of salts', flagless: true, otherwise: 'TABLE-salts' },
  },
  bucket: {
    ...{ kind: kinds.text('name'), env: 'DAYBOOK_BUCKET', by: 'commands', onAws: true },
    ...{ words: 'on AWS: the bucket for files, as NAME or NAME/PREFIX', flagless: true },
  },
  's3-path-style': {
    ...{ kind: kinds.choice('true', 'false'), env: 'DAYBOOK_S3_PATH_STYLE', by: 'commands' },
    words: "on AWS: the bucket's name stands in the path, as stores other than S3 want it",
    ...{ flagless: true, onAws: true, otherwise: 'true with an endpoint of your own' },
  },
  'cache-mb': {
    kind: kinds.whole('number', 9_999_999, 'megabytes as a whole number'),
    ...{ env: 'DAYBOOK_CACHE_MB', by: 'commands', onAws: true, flagless: true },
    ...{ words: 'on AWS: how much disk files that are not in use may take', otherwise: '400' },
  },
  'origin-secret': {
    ...{ kind: kinds.text('secret'), env: 'DAYBOOK_ORIGIN_SECRET', by: 'functions', onAws: true },
    ...{ words: 'what CloudFront shows that a request came through it', secret: true },
  },
  'country-header': {
    ...{ kind: kinds.text('name'), env: 'DAYBOOK_COUNTRY_HEADER', by: 'functions', onAws: true },
    words: "the header that names a visitor's country",
  },
  'owner-key-hash': {
    ...{ kind: kinds.text('hash'), env: 'DAYBOOK_OWNER_KEY_HASH', by: 'functions', onAws: true },
    ...{ words: 'the SHA-256 of the first owner key', secret: true },
  },
  site: {
    ...{ kind: kinds.text('domain'), env: 'DAYBOOK_SITE', by: 'functions', onAws: true },
    words: 'the site of the function that is deployed by hand',
  },
  stack: {
    ...{ kind: kinds.text('name'), env: 'DAYBOOK_STACK', by: 'functions', onAws: true },
    ...{ words: "the name of the deployment's stack", otherwise: 'daybook' },
  },
} as const satisfies Readonly<Record<string, Setting>>;

type Table = typeof settings;

export type SettingName = keyof Table;

export type ValueOf<N extends SettingName> = ReturnType<Table[N]['kind']['read']>;

export const settingNames = Object.keys(settings) as SettingName[];

export const settingOf = (name: SettingName): Setting => settings[name];

type Camel<S extends string> = S extends `${infer A}-${infer B}`
  ? `${A}${Capitalize<Camel<B>>}`
  : S;

/** Values by the names that commander gives to flags. */
export type Flags<N extends SettingName> = {
  readonly [K in N as Camel<K>]: Table[K] extends { readonly default: unknown }
    ? ValueOf<K>
    : ValueOf<K> | undefined;
};

/** Those that `serve` takes as flags. */
export type ServeName = {
  [N in SettingName]: Table[N] extends { flagless: true } | { by: 'functions' } ? never : N;
}[SettingName];

export const serveNames = settingNames.filter((name): name is ServeName => {
  const { flagless, by } = settingOf(name);
  return !flagless && by !== 'functions';
});

/** Those that the configuration file may have. */
export const fileNames = settingNames.filter((name) => settingOf(name).by !== 'functions');
