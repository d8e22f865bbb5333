import { isbot } from 'isbot';
import { UAParser } from 'ua-parser-js';
import { boundedMap } from '../../lib/bounded-map.ts';

/** What a user agent shows. Absent means not known; of a bot nothing else is given. */
export type Agent = {
  readonly bot: boolean;
  readonly browser?: string;
  /** `major.minor`, as far as the browser says it. */
  readonly browserVersion?: string;
  readonly os?: string;
  /** `major.minor`; a name where Windows had one (`XP`). */
  readonly osVersion?: string;
  /** The agent does not distinguish a laptop from a desktop; the screen's width does. */
  readonly device?: 'Mobile' | 'Tablet' | 'Desktop';
};

const rememberedAgents = 5_000;

const maxAgentChars = 1_000;

/**
 * The names shown, by the parser's names in lower case; a browser not listed keeps the parser's.
 * They are the names that Plausible's users filter by: one browser has one name on every platform.
 */
const browserNames: Readonly<Record<string, string>> = {
  chrome: 'Chrome',
  chromium: 'Chromium',
  safari: 'Safari',
  'mobile safari': 'Safari',
  firefox: 'Firefox',
  'firefox reality': 'Firefox',
  edge: 'Microsoft Edge',
  'samsung internet': 'Samsung Browser',
  opera: 'Opera',
  'opera mini': 'Opera',
  'opera mobi': 'Opera',
  'opera tablet': 'Opera',
  'opera touch': 'Opera',
  'opera coast': 'Opera',
  'opera gx': 'Opera',
  ie: 'Internet Explorer',
  iemobile: 'Internet Explorer',
  yandex: 'Yandex Browser',
  ucbrowser: 'UC Browser',
  qqbrowser: 'QQ Browser',
  qqbrowserlite: 'QQ Browser',
  vivaldi: 'Vivaldi',
  duckduckgo: 'DuckDuckGo',
  silk: 'Silk',
  whale: 'Whale',
};

/**
 * Pages shown inside another app. They go by one name and without a version, since the versions are
 * those of many different apps.
 */
const appBrowsers: ReadonlySet<string> = new Set([
  'chrome webview',
  'facebook',
  'instagram',
  'snapchat',
  'tiktok',
  'twitter',
  'linkedin',
  'line',
  'kakaotalk',
  'kakaostory',
  'naver',
  'daum',
  'wechat',
  'weibo',
  'alipay',
  'klarna',
  'gsa',
]);

const osNames: Readonly<Record<string, string>> = {
  'mac os': 'Mac',
  'chromium os': 'Chrome OS',
  linux: 'GNU/Linux',
  gnu: 'GNU/Linux',
  'android-x86': 'Android',
  openharmony: 'HarmonyOS',
  windows: 'Windows',
  android: 'Android',
  ios: 'iOS',
  kaios: 'KaiOS',
};

const devices: Readonly<Record<string, NonNullable<Agent['device']>>> = {
  mobile: 'Mobile',
  wearable: 'Mobile',
  tablet: 'Tablet',
  smarttv: 'Desktop',
  console: 'Desktop',
};

/** Systems that only run on something held in a hand. */
const handheld: ReadonlySet<string> = new Set([
  'Android',
  'iOS',
  'HarmonyOS',
  'KaiOS',
  'Windows Phone',
]);

const bot: Agent = Object.freeze({ bot: true });

const unknownAgent: Agent = Object.freeze({ bot: false });

const remembered = boundedMap<string, Agent>(rememberedAgents);

/**
 * Reads a user agent; only its first 1,000 characters count. An empty one is not a bot, and nothing
 * else is known of it. The result is shared between calls.
 */
export function readAgent(userAgent: string): Agent {
  if (userAgent === '') return unknownAgent;
  // A slice would keep the whole long string alive in the map; the round trip makes one of its own.
  const key =
    userAgent.length > maxAgentChars
      ? Buffer.from(userAgent.slice(0, maxAgentChars)).toString()
      : userAgent;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const agent = parse(key);
  remembered.set(key, agent);
  return agent;
}

/** Pages run by a program without a browser. */
const domLibraries = /\b(?:jsdom|happy-?dom|linkedom|zombie(?:\.js)?)\//i;

/**
 * Browsers that ask for the desktop site name another system: what stays is the browser's own name
 * on its system. Firefox for Android gives its version in place of Gecko's frozen date.
 */
const behindDesktop: readonly (readonly [RegExp, os: string, Agent['device']])[] = [
  [
    /\((?:Macintosh|X11)[^)]*\).*\b(?:CriOS|FxiOS|EdgiOS|OPiOS|OPT|GSA|Focus|Klar)\//,
    'iOS',
    'Tablet',
  ],
  [/\(X11[^)]*\).*\b(?:EdgA|SamsungBrowser)\//, 'Android', 'Mobile'],
  [/\(X11[^)]*\) Gecko\/(?!20100101)\d+\.\d+ Firefox\//, 'Android', 'Mobile'],
];

function parse(userAgent: string): Agent {
  if (isbot(userAgent) || domLibraries.test(userAgent)) return bot;
  const parser = new UAParser(userAgent);
  const parsedOs = parser.getOS();
  const parsedBrowser = parser.getBrowser();
  const [, ownOs, ownDevice] = behindDesktop.find(([pattern]) => pattern.test(userAgent)) ?? [];
  const os = ownOs ?? named(osNames, parsedOs.name);
  const osVersion =
    os === undefined || ownOs !== undefined
      ? undefined
      : versionOf(parsedOs.version, os === 'Windows');
  const browserKey = parsedBrowser.name?.toLowerCase() ?? '';
  const inApp =
    appBrowsers.has(browserKey) ||
    (browserKey === 'webkit' && os !== undefined && handheld.has(os));
  const browser = inApp ? 'Mobile App' : named(browserNames, parsedBrowser.name);
  const browserVersion = inApp ? undefined : versionOf(parsedBrowser.version, false);
  const device = ownDevice ?? deviceOf(parser.getDevice().type, os);
  return Object.freeze({
    bot: false,
    ...(browser === undefined ? {} : { browser }),
    ...(browserVersion === undefined ? {} : { browserVersion }),
    ...(os === undefined ? {} : { os }),
    ...(osVersion === undefined ? {} : { osVersion }),
    ...(device === undefined ? {} : { device }),
  });
}

function named(
  names: Readonly<Record<string, string>>,
  parsed: string | undefined,
): string | undefined {
  return parsed === undefined || parsed === ''
    ? undefined
    : (names[parsed.toLowerCase()] ?? parsed);
}

function versionOf(version: string | undefined, mayBeName: boolean): string | undefined {
  const numbers = /^\d+(?:\.\d+)?/.exec(version ?? '')?.[0];
  return (
    numbers ?? (mayBeName && version !== undefined && /^\w+$/.test(version) ? version : undefined)
  );
}

function deviceOf(type: string | undefined, os: string | undefined): Agent['device'] {
  if (type !== undefined) return devices[type];
  if (os === undefined) return undefined;
  return handheld.has(os) ? 'Mobile' : 'Desktop';
}
