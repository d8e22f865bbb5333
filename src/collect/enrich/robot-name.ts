import { isbotMatch } from 'isbot';
import { boundedMap } from '../../lib/bounded-map.ts';
import { cutText } from '../../lib/cut-text.ts';

/** The name of robots whose referrer says what they are, and whose user agent does not. */
export const referrerSpam = 'Referrer spam';

const maxNameChars = 60;

const rememberedNames = 1_000;

const remembered = boundedMap<string, string>(rememberedNames);

/** Words that robots' own names contain. A user agent has other words that only browsers share. */
const ofRobots = new RegExp(
  [
    'bot|spider|crawl|slurp|scrap|archiver|headless|monitor|externalhit|fetch|validator',
    'jsdom|happy-?dom|linkedom|zombie',
  ].join('|'),
  'i',
);

const address = /https?:\/\/[^\s;)]*/g;

const word = /[a-z][\w.-]*/gi;

/**
 * A robot's name, without its version, from its user agent: `Googlebot`, `curl`. The word that
 * names a robot; else the one for which it is taken for one; else the first.
 */
export function robotName(userAgent: string): string {
  const known = remembered.get(userAgent);
  if (known !== undefined) return known;
  const text = userAgent.slice(0, 1_000).replace(address, '');
  const words = text.match(word) ?? [];
  const mark = isbotMatch(text) ?? '';
  const name =
    words.find((one) => ofRobots.test(one)) ??
    words.find((one) => mark !== '' && (one.includes(mark) || mark.startsWith(one))) ??
    words[0];
  const found = cutText(name ?? 'Robot', maxNameChars);
  if (userAgent.length <= 1_000) remembered.set(userAgent, found);
  return found;
}
