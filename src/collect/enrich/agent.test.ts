import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Agent, readAgent } from './agent.ts';

/** Lines of: browser and version | system and version | device | user agent. */
const people: readonly string[][] = readFileSync(
  new URL('../../../test/fixtures/user-agents.txt', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
  .map((line) => line.split(' | '));

const bots: readonly string[] = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 AppleWebKit/537.36 ' +
    '(KHTML, like Gecko; compatible; GPTBot/1.0; +https://openai.com/gptbot)',
  'Mozilla/5.0 AppleWebKit/537.36 ' +
    '(KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot',
  'ClaudeBot/1.0',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ' +
    '(KHTML, like Gecko) HeadlessChrome/124.0.6367.78 Safari/537.36',
  'Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 ' +
    '(KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1',
  'Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    'Chrome/119.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse',
  'curl/8.6.0',
  'Wget/1.21.4',
  'python-requests/2.31.0',
  'Python-urllib/3.11',
  'Go-http-client/2.0',
  'Java/17.0.9',
  'axios/1.6.8',
  'node',
  'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
  'Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)',
  'Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    'Chrome/98.0.4758.102 Safari/537.36 StatusCake',
  'Uptime-Kuma/1.23.11',
  'Amazon-Route53-Health-Check-Service (ref abc; report http://amzn.to/1vsZADi)',
  'kube-probe/1.29',
];

test.each(people)('%s, %s, %s: %s', (browser, os, device, agent) => {
  const read = readAgent(agent!);
  const joined = (...words: (string | undefined)[]) =>
    words.filter((word) => word !== undefined).join(' ');
  expect([
    joined(read.browser, read.browserVersion),
    joined(read.os, read.osVersion),
    read.device,
  ]).toEqual([browser, os, device]);
  expect(read.bot).toBe(false);
});

test.each(bots)('a bot: %s', (agent) => {
  expect(readAgent(agent)).toStrictEqual({ bot: true });
});

test('an empty agent is no bot, and has no fields', () => {
  expect(readAgent('')).toStrictEqual({ bot: false });
});

test('only the first 1,000 characters count', () => {
  const human = people[0]![3]!.padEnd(1_000, ' ');
  expect(readAgent(human)).toStrictEqual(readAgent(people[0]![3]!));
  expect(readAgent(`${human}Googlebot/2.1`)).toStrictEqual(readAgent(human));
});

test('answers stay right when more agents come than the cache holds', () => {
  const agent = (i: number) =>
    `Mozilla/5.0 (Windows NT 10.0; rv:${i}.0) Gecko/20100101 Firefox/${i}.0`;
  const versions = (from: number): (string | undefined)[] =>
    Array.from({ length: 6_000 }, (_, i) => readAgent(agent(from + i)).browserVersion);
  const expected = Array.from({ length: 6_000 }, (_, i) => `${100 + i}.0`);
  expect(versions(100)).toStrictEqual(expected);
  expect(versions(100)).toStrictEqual(expected);
});

test('no agent throws, and each field has its form', () => {
  const fields: readonly (keyof Agent)[] = [
    'bot',
    'browser',
    'browserVersion',
    'os',
    'osVersion',
    'device',
  ];
  const parts = people.flatMap(([, , , agent]) => agent!.split(/(?<=[ ;/()])/));
  const patchwork = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 8 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 1_500 }),
        patchwork.map((p) => p.join('')),
      ),
      (agent) => {
        const read = readAgent(agent);
        expect(fields).toEqual(expect.arrayContaining(Object.keys(read)));
        if (read.browserVersion !== undefined) expect(read.browserVersion).toMatch(/^\d+(\.\d+)?$/);
        if (read.bot) expect(read).toStrictEqual({ bot: true });
      },
    ),
    { numRuns: 500 },
  );
});

describe('a browser that asks for the desktop site', () => {
  const agents = readFileSync(
    new URL('../../../test/fixtures/faults/agents-ios-desktop-mode.txt', import.meta.url),
    'utf8',
  );
  test.each(agents.trim().split('\n'))('is on iOS: %s', (agent) => {
    const { os, osVersion, bot } = readAgent(agent);
    expect({ os, osVersion, bot }).toEqual({ os: 'iOS', osVersion: undefined, bot: false });
  });
  test.each([
    'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/126.0 Firefox/126.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 EdgA/124.0.2478.64',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36',
  ])('is on Android: %s', (agent) =>
    expect(readAgent(agent)).toMatchObject({ os: 'Android', device: 'Mobile', bot: false }),
  );
  test.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0', 'GNU/Linux'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
      'Mac',
    ],
  ])('a desktop stays one: %s', (agent, os) =>
    expect(readAgent(agent)).toMatchObject({ os, device: 'Desktop' }),
  );
});

test.each([
  'Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/20.0.3',
  'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) HappyDOM/15.11.0',
  'Mozilla/5.0 Chrome/10.0.613.0 Safari/534.15 Zombie.js/6.1.4',
])('a page without a browser is a robot: %s', (agent) =>
  expect(readAgent(agent)).toEqual({ bot: true }),
);
