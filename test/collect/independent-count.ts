import { isbot } from 'isbot';
import { UAParser } from 'ua-parser-js';

/** What an access log comes to, counted the plain way: nothing here is imported from `src/`. */
export type LogCount = {
  readonly pageviews: number;
  /** By day: distinct address and agent. */
  readonly visitorsByDay: Readonly<Record<string, number>>;
  readonly byDay: Readonly<Record<string, number>>;
  readonly byPage: Readonly<Record<string, number>>;
  readonly byBrowser: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
};

const line = new RegExp(
  [
    /^(?<ip>\S+) \S+ \S+/,
    /\[(?<d>\d\d)\/(?<m>\w{3})\/(?<y>\d{4}):[\d:]{8} \+0000\]/,
    /"(?<method>[A-Z]+) (?<path>[^ ?"]*)[^"]*"/,
    /(?<status>\d+) \S+ "[^"]*" "(?<agent>[^"]*)"$/,
  ]
    .map(({ source }) => source)
    .join(' '),
);
const months = 'JanFebMarAprMayJunJulAugSepOctNovDec';
/** The static files of that log; it has no other pages with dots than those that end otherwise. */
const files = (
  'atom bz2 conf css deb diff doc exe gem gif gz ico iso jar jpeg jpg js json log patch pcap pdf ' +
  'png pps ps pyc rpm rss spec svg swf tar tex ttf txt woff xml xsl zip'
).split(' ');
/** Where the reports' names differ from the parser's, for browsers of that time. */
const renamed: Readonly<Record<string, string>> = {
  'Mobile Safari': 'Safari',
  Edge: 'Microsoft Edge',
  IE: 'Internet Explorer',
  IEMobile: 'Internet Explorer',
  'Opera Mini': 'Opera',
  'Opera Mobi': 'Opera',
  'Chrome WebView': 'Mobile App',
  Facebook: 'Mobile App',
  GSA: 'Mobile App',
  Instagram: 'Mobile App',
  WebKit: 'Mobile App',
  chrome: 'Chrome',
  UCBrowser: 'UC Browser',
  Yandex: 'Yandex Browser',
};

export function countLog(text: string): LogCount {
  const count = { byDay: {}, byPage: {}, byBrowser: {}, dropped: {} } as Record<
    string,
    Record<string, number>
  >;
  const add = (name: string, key: string) => {
    count[name]![key] = (count[name]![key] ?? 0) + 1;
  };
  const visitors = new Map<string, Set<string>>();
  let pageviews = 0;
  for (const one of text.split('\n')) {
    if (one === '') continue;
    const found = line.exec(one)?.groups;
    if (found === undefined) {
      add('dropped', 'broken');
      continue;
    }
    const { ip, d, m, y, method, path, status, agent } = found as Record<string, string>;
    const extension = /\.([^./]*)$/.exec(path!)?.[1];
    const isHidden = /\/\.[^/]*$/.test(path!);
    if (method !== 'GET') add('dropped', 'method');
    else if (!/^2..$|^304$/.test(status!)) add('dropped', 'status');
    else if (isHidden || (extension !== undefined && files.includes(extension.toLowerCase())))
      add('dropped', 'asset');
    else if (isbot(agent!)) add('dropped', 'bot');
    else {
      pageviews++;
      const day = `${y}-${String(months.indexOf(m!) / 3 + 1).padStart(2, '0')}-${d}`;
      add('byDay', day);
      add('byPage', path!);
      const browser = new UAParser(agent).getBrowser().name;
      add('byBrowser', browser === undefined ? '(not set)' : (renamed[browser] ?? browser));
      if (!visitors.has(day)) visitors.set(day, new Set());
      visitors.get(day)!.add(`${ip} ${agent}`);
    }
  }
  const visitorsByDay = Object.fromEntries([...visitors].map(([day, { size }]) => [day, size]));
  const { byDay, byPage, byBrowser, dropped } = count;
  return {
    pageviews,
    visitorsByDay,
    byDay: byDay!,
    byPage: byPage!,
    byBrowser: byBrowser!,
    dropped: dropped!,
  };
}
