import { isbotMatch } from 'isbot';
import { boundedMap } from '../../lib/bounded-map.ts';
import { cutText } from '../../lib/cut-text.ts';

const maxNameChars = 60;

const rememberedNames = 1_000;

const remembered = boundedMap<string, string>(rememberedNames);

/** Words that robots' own names contain. */
const ofRobots = new RegExp(
  [
    'bot|spider|crawl|slurp|scrap|archiver|headless|monitor|externalhit|fetch|validator',
    'jsdom|happy-?dom|linkedom|zombie',
  ].join('|'),
  'i',
);

/** Words that say what it is, and not which: the word before belongs to the name. */
const general = new RegExp(
  `^(?:web-?|site-?|search-?|the-?|my-?)?(?:${[
    '(?:ro)?bots?|spiders?|crawl(?:er|ing)?s?|scraper|fetcher|monitor(?:ing)?|archiver|validator',
    'checker|analyzer|scanner|reader|agent|client|feed|library|server|https?|html',
  ].join('|')})$`,
  'i',
);

/** Words that browsers, which robots pretend to be, have in common. */
const ofBrowsers = new RegExp(
  `^(?:${[
    'mozilla|applewebkit|khtml|like|gecko|kde|chrome|chromium|safari|version|mobile|firefox|opera',
    'presto|msie|trident|edge?|build|rv|net|clr|slcc\\d|infopath.*|compatible|unknown|user-agent',
    'windows|nt|win32|win64|wow64|x64|x11|u|linux|i\\d86|x86_64|amd64|arm64|aarch64|macintosh',
    'intel|ppc|mac|os|x|iphone|ipad|cpu|android|nexus|pixel|sm-.*|tablet|media|center|pc',
    'ubuntu|debian|fedora|playstation|[a-z]{2}(?:-[a-z]{2})?|v\\d*|url',
    'with|and|for|from|not|this|please|contact|you|our',
  ].join('|')})$`,
  'i',
);

const address = /(?:https?:\/\/|www\.)[^\s;)]*|[\w.+-]+@[\w.-]+/g;

const word = /(?=[\d_.-]*\p{L})[\p{L}\d][\p{L}\d_.-]*/gu;

/** `Mozilla/5.0 (compatible; Some Reader/1.0; …)` */
const compatible = /compatible;\s*(\p{L}[\p{L}\d_.-]*(?: \p{L}[\p{L}\d_.-]*){0,2})/u;

/**
 * A robot's name, without its version, from its user agent: `Googlebot`, `curl`. The word that
 * names a robot; else what it says to be; else the word that it is taken for a robot for, or the
 * first that is not a browser's. 98 % of the agents in the package `crawler-user-agents` have a
 * name of their own so.
 */
export function robotName(userAgent: string): string {
  const known = remembered.get(userAgent);
  if (known !== undefined) return known;
  const found = cutText(nameIn(userAgent.slice(0, 1_000)), maxNameChars);
  if (userAgent.length <= 1_000) remembered.set(userAgent, found);
  return found;
}

function nameIn(userAgent: string): string {
  const text = userAgent.replace(address, ' ');
  const words = wordsIn(text);
  const named = words.find((one) => ofRobots.test(one) && !general.test(one));
  if (named !== undefined) return named;
  const said = wordsIn(compatible.exec(text)?.[1] ?? '');
  if (!said.every(isGeneral)) return said.join(' ');
  const kind = words.findIndex(isGeneral);
  if (kind > 0) return `${words[kind - 1]} ${words[kind]}`;
  const mark = isbotMatch(text) ?? '';
  const own = words.filter((one) => !isGeneral(one));
  const marked = own.find((one) => mark !== '' && (one.includes(mark) || mark.startsWith(one)));
  return marked ?? own[0] ?? words[0] ?? 'Robot';
}

const isGeneral = (one: string) => general.test(one);

const wordsIn = (text: string): string[] =>
  (text.match(word) ?? [])
    .map((one) => one.replace(/[.-]+$/, ''))
    .filter((one) => !ofBrowsers.test(one));
