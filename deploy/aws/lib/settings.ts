/** The settings of a deployment, each given as `-c name=value` to `cdk` or `npm run deploy`. */
export type Settings = {
  /** Name of the stack. With another name, another Daybook is deployed. */
  readonly stack: string;
  readonly arch: 'arm64' | 'x64';
  /**
   * Requests a second that API Gateway accepts, for the collect function and for all else. More are
   * answered with 429.
   */
  readonly collectRate: number;
  readonly reportRate: number;
  /**
   * Copies of a function that may run at once. 0: as many as the account allows; a new account
   * needs this, since it has none to reserve.
   */
  readonly collectConcurrency: number;
  readonly reportConcurrency: number;
  readonly collectMemoryMb: number;
  readonly reportMemoryMb: number;
  /** A day of a million hits needs about 2,500 MB; a new account gets at most 3,008. */
  readonly closeMemoryMb: number;
  /** Units a second that the table accepts. A hit is 1 write unit, 4 KB of rows are 1 read unit. */
  readonly maxWriteUnits: number;
  readonly maxReadUnits: number;
  readonly logDays: 1 | 3 | 7 | 14 | 30 | 90;
  /** What happens to table and bucket when the stack is removed. */
  readonly onRemoval: 'keep' | 'destroy';
  /** Table and bucket of an earlier stack, to continue with; empty: new ones. */
  readonly table: string;
  readonly bucket: string;
  /**
   * Whether DynamoDB deletes a hit's row 30 days after the hit came. By then its day is closed, and
   * the hit is in the bucket.
   */
  readonly hitsTtl: boolean;
  /** Who gets an email about alarms; empty: nobody. */
  readonly alarmEmail: string;
  /** An email is sent when a month costs more than this many dollars; 0: never. */
  readonly budgetUsd: number;
  /** The owner's domain, and the ARN of its certificate (with CloudFront, one in us-east-1). */
  readonly domain: string;
  readonly certificate: string;
  /**
   * Whether CloudFront is in front: it delivers pages and tracker from near the visitor, and adds
   * the visitor's country in a header.
   */
  readonly cloudfront: boolean;
  /** Where the tracker is served and hits are taken besides, such as /stats/a.js; empty: nowhere. */
  readonly scriptPath: string;
  readonly eventPath: string;
  /**
   * An OpenID Connect provider that people may sign in with, what it calls this Daybook, and the
   * roles of its groups (`admins=owner,team=viewer`); empty: none. Its secret is a parameter.
   */
  readonly oidcIssuer: string;
  readonly oidcClientId: string;
  readonly oidcGroups: string;
  /**
   * Whom mails with reports and alerts come from, such as reports@example.com; empty: none are sent.
   * The mail server is a parameter: its address has a password.
   */
  readonly mailFrom: string;
  /** A database of cities (.mmdb) on this machine, which goes with the function; empty: none. */
  readonly cityDatabase: string;
  /** The same of networks (AS numbers). */
  readonly networkDatabase: string;
};

/**
 * For a site of up to a hundred thousand pageviews a day, and 20 a second when it is busiest: each
 * sends its pageview, later an engagement, and with every third page the tracker is loaded. For
 * more, raise the limit that throttles; the alarms say which one.
 */
export const defaults: Settings = {
  stack: 'Daybook',
  arch: 'arm64',
  collectRate: 60,
  reportRate: 5,
  collectConcurrency: 5,
  reportConcurrency: 3,
  collectMemoryMb: 512,
  reportMemoryMb: 1_769,
  closeMemoryMb: 3_008,
  maxWriteUnits: 40,
  maxReadUnits: 1_000,
  logDays: 14,
  onRemoval: 'keep',
  table: '',
  bucket: '',
  hitsTtl: true,
  alarmEmail: '',
  budgetUsd: 0,
  domain: '',
  certificate: '',
  cloudfront: false,
  scriptPath: '',
  eventPath: '',
  oidcIssuer: '',
  oidcClientId: '',
  oidcGroups: '',
  mailFrom: '',
  cityDatabase: '',
  networkDatabase: '',
};

/** Settings as they are given, all texts. An empty one stands for the default. */
export type Given = Readonly<Partial<Record<keyof Settings, string>>>;

export const settingNames = Object.keys(defaults) as (keyof Settings)[];

const choices: Partial<Record<keyof Settings, readonly (string | number)[]>> = {
  arch: ['arm64', 'x64'],
  logDays: [1, 3, 7, 14, 30, 90],
  onRemoval: ['keep', 'destroy'],
};

/** Below these the deployment would not work at all. */
const least: Partial<Record<keyof Settings, number>> = {
  collectRate: 1,
  reportRate: 1,
  collectMemoryMb: 256,
  reportMemoryMb: 1_024,
  closeMemoryMb: 1_024,
  maxWriteUnits: 5,
  maxReadUnits: 50,
};

export function withoutEmpty(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, text]) => text !== ''));
}

/**
 * The defaults, with the given values in their place; every given value is a text, and an empty one
 * none. Throws an error that says what was expected.
 */
export function readSettings(given: Partial<Record<keyof Settings, unknown>>): Settings {
  const read: Record<string, unknown> = { ...defaults };
  for (const name of settingNames) {
    const value = given[name];
    if (value !== undefined && value !== '') read[name] = readOne(name, String(value));
  }
  const settings = read as Settings;
  if (!/^[A-Za-z][A-Za-z0-9-]{0,40}$/.test(settings.stack))
    throw new Error(`stack: expected letters, digits and hyphens, got ${settings.stack}`);
  if ((settings.domain === '') !== (settings.certificate === ''))
    throw new Error('domain, certificate: expected both or neither');
  if (
    settings.cloudfront &&
    settings.certificate !== '' &&
    !settings.certificate.includes(':us-east-1:')
  )
    throw new Error('certificate: expected one in us-east-1, where CloudFront looks for it');
  for (const name of ['scriptPath', 'eventPath'] as const)
    if (settings[name] !== '' && !isChosenPath(settings[name]))
      throw new Error(`${name}: expected ${expectedPath}, got ${settings[name]}`);
  if ((settings.oidcIssuer === '') !== (settings.oidcClientId === ''))
    throw new Error('oidcIssuer, oidcClientId: expected both or neither');
  if (settings.mailFrom !== '' && settings.domain === '')
    throw new Error('mailFrom: expected domain beside it: mails contain links');
  if (
    settings.mailFrom !== '' &&
    !/^([^<>@]+<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/.test(settings.mailFrom)
  )
    throw new Error(`mailFrom: expected an address such as a@b.org, got ${settings.mailFrom}`);
  if (settings.budgetUsd > 0 && settings.alarmEmail === '')
    throw new Error('budgetUsd: expected alarmEmail beside it');
  return settings;
}

const expectedPath = "a path such as /stats/a.js, and none of Daybook's own";

/** As the functions judge it: see `src/entry/chosen-paths.ts`. */
const isChosenPath = (text: string) =>
  text.length <= 200 &&
  /^(\/[A-Za-z0-9_-][\w.-]*)+$/.test(text) &&
  !/^\/(api|js|assets|docs|health|analytics|default)(\/|$)/.test(text);

function readOne(name: keyof Settings, text: string): string | number | boolean {
  const value = typedAs(defaults[name], text, name);
  const allowed = choices[name];
  if (allowed !== undefined && !allowed.includes(value as string | number))
    throw new Error(`${name}: expected one of ${allowed.join(', ')}, got ${text}`);
  const from = least[name];
  if (from !== undefined && (value as number) < from)
    throw new Error(`${name}: expected ${from} or more, got ${text}`);
  return value;
}

function typedAs(
  model: string | number | boolean,
  text: string,
  name: string,
): string | number | boolean {
  if (typeof model === 'string') return text.trim();
  if (typeof model === 'number') {
    if (/^\d{1,7}$/.test(text)) return Number(text);
    throw new Error(`${name}: expected a whole number, got ${text}`);
  }
  if (text === 'true' || text === 'false') return text === 'true';
  throw new Error(`${name}: expected true or false, got ${text}`);
}
