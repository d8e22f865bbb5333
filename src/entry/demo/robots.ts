import { robotName } from '../../collect/enrich/robot-name.ts';
import type { Entry } from '../../journal/append.ts';
import { type Hit, robotVisitor } from '../../model/hit.ts';
import type { Chance, Weighted } from './chance.ts';

const agents: Weighted<string> = [
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 10],
  ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 5],
  ['Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)', 7],
  ['Mozilla/5.0 AppleWebKit/537.36 (compatible; ClaudeBot/1.0; +claudebot@anthropic.com)', 5],
  ['Mozilla/5.0 AppleWebKit/537.36 (compatible; ChatGPT-User/1.0; +https://openai.com/bot)', 4],
  ['Mozilla/5.0 (compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)', 2],
  ['Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)', 6],
  ['Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)', 9],
  ['facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)', 2],
  ['Feedly/1.0 (+http://www.feedly.com/fetcher.html; 12 subscribers)', 2],
  ['python-requests/2.32.3', 2],
];

/** For so many hits of visitors there is one of a robot. */
const among = 25;

/** Robots that read on a day what visitors read. */
export function robotsAmong(entries: readonly Entry[], chance: Chance): Entry[] {
  return entries
    .filter(() => chance.happens(1 / among))
    .map((entry) => {
      const { time, hostname, page, title } = JSON.parse(entry.hit) as Hit;
      const id = chance.hex(16);
      const hit = {
        ...{ id, time, name: 'pageview', visitor: robotVisitor, hostname, page, title },
        robot: robotName(chance.pick(agents)),
      };
      return { ...entry, id, hit: JSON.stringify(hit) };
    });
}
