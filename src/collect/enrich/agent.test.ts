import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Agent, readAgent } from './agent.ts';

/** A line each: browser and version, system and version, device, and the agent that says so. */
const people: readonly string[][] = `
Chrome 124.0 | Windows 10 | Desktop | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36
Chrome 126.0 | Mac 10.15 | Desktop | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
Chrome 125.0 | GNU/Linux | Desktop | Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36
Chrome 124.0 | Chrome OS 14541.0 | Desktop | Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36
Chrome 124.0 | Android 10 | Mobile | Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36
Chrome 124.0 | Android 10 | Tablet | Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36
Chrome 123.0 | Android 14 | Mobile | Mozilla/5.0 (Linux; Android 14; Pixel 8 Pro) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/123.0.6312.118 Mobile Safari/537.36
Chrome 124.0 | iOS 17.4 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/124.0.6367.88 Mobile/15E148 Safari/604.1
Chrome 100.0 | Android 9 | Mobile | Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/100.0.4896.79 Mobile Safari/537.36
Chrome 109.0 | Windows 8.1 | Desktop | Mozilla/5.0 (Windows NT 6.3; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36
Chrome 87.0 | webOS | Desktop | Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.88 Safari/537.36 WebAppManager
Safari 17.4 | iOS 17.4 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1
Safari 16.6 | iOS 16.6 | Tablet | Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1
Safari 17.5 | Mac 10.15 | Desktop | Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15
Safari 13.0 | PlayStation 5 | Desktop | Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15
Firefox 125.0 | Windows 10 | Desktop | Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:125.0) Gecko/20100101 Firefox/125.0
Firefox 126.0 | Mac 10.15 | Desktop | Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:126.0) Gecko/20100101 Firefox/126.0
Firefox 125.0 | Ubuntu | Desktop | Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0
Firefox 115.0 | GNU/Linux | Desktop | Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0
Firefox 122.0 | FreeBSD | Desktop | Mozilla/5.0 (X11; FreeBSD amd64; rv:122.0) Gecko/20100101 Firefox/122.0
Firefox 52.0 | Windows XP | Desktop | Mozilla/5.0 (Windows NT 5.1; rv:52.0) Gecko/20100101 Firefox/52.0
Firefox 125.0 | Android 14 | Mobile | Mozilla/5.0 (Android 14; Mobile; rv:125.0) Gecko/125.0 Firefox/125.0
Firefox 125.0 | Android 13 | Tablet | Mozilla/5.0 (Android 13; Tablet; rv:125.0) Gecko/125.0 Firefox/125.0
Firefox 125.0 | iOS 17.4 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/125.0 Mobile/15E148 Safari/605.1.15
Firefox 48.0 | KaiOS 2.5 | Mobile | Mozilla/5.0 (Mobile; Nokia_2720_Flip; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5.2
Microsoft Edge 124.0 | Windows 10 | Desktop | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.2478.51
Microsoft Edge 124.0 | Android 10 | Mobile | Mozilla/5.0 (Linux; Android 10; HD1913) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.6367.82 Mobile Safari/537.36 EdgA/124.0.2478.50
Microsoft Edge 124.0 | iOS 17.4 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 EdgiOS/124.0.2478.50 Mobile/15E148 Safari/605.1.15
Microsoft Edge 44.18363 | Xbox | Desktop | Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox Series X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edge/44.18363.8131
Samsung Browser 24.0 | Android 13 | Mobile | Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/24.0 Chrome/117.0.0.0 Mobile Safari/537.36
Samsung Browser 23.0 | Android 12 | Tablet | Mozilla/5.0 (Linux; Android 12; SM-X906B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0.0.0 Safari/537.36
Opera 108.0 | Windows 10 | Desktop | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 Safari/537.36 OPR/108.0.0.0
Opera 80.4 | Android 13 | Mobile | Mozilla/5.0 (Linux; Android 13; SM-A536B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.6167.180 Mobile Safari/537.36 OPR/80.4.4244.78163
Opera 36.2 | Android | Mobile | Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16
Yandex Browser 24.4 | Windows 10 | Desktop | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/122.0.0.0 YaBrowser/24.4.0.0 Safari/537.36
Internet Explorer 11.0 | Windows 7 | Desktop | Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko
UC Browser 13.4 | Android 11 | Mobile | Mozilla/5.0 (Linux; U; Android 11; en-US; RMX2101 Build/RKQ1.200830.002) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/78.0.3904.108 UCBrowser/13.4.0.1306 Mobile Safari/537.36
MIUI Browser 13.22 | Android 12 | Mobile | Mozilla/5.0 (Linux; U; Android 12; en-us; Redmi Note 9 Pro Build/SKQ1.211019.001) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/100.0.4896.127 Mobile Safari/537.36 XiaoMi/MiuiBrowser/13.22.1-gn
Huawei Browser 5.0 | HarmonyOS 5.0 | Mobile | Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile HuaweiBrowser/5.0.4.300
DuckDuckGo 7 | iOS 17.4 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15
Vivaldi 6.7 | Windows 10 | Desktop | Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Vivaldi/6.7.3329.21
Silk 122.2 | Android 9 | Tablet | Mozilla/5.0 (Linux; Android 9; KFONWI) AppleWebKit/537.36 (KHTML, like Gecko) Silk/122.2.1 like Chrome/122.0.6261.119 Safari/537.36
Mobile App | Android 14 | Mobile | Mozilla/5.0 (Linux; Android 14; SM-S911B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.6367.82 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/462.0.0.47.85;]
Mobile App | iOS 17.4 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/461.0.0.34.109;FBDV/iPhone15,2;FBMD/iPhone;FBSN/iOS;FBSV/17.4.1]
Mobile App | iOS 17.4 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/21E236 Instagram 330.0.8.30.90 (iPhone14,5; iOS 17_4_1; en_US; scale=3.00; 1170x2532)
Mobile App | Android 13 | Mobile | Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A.230901.001; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.6367.82 Mobile Safari/537.36
Mobile App | iOS 17.5 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148
Mobile App | iOS 17.4 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/315.0.630091404 Mobile/15E148 Safari/604.1
Mobile App | iOS 17.4 | Mobile | Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [LinkedInApp]/9.29.7325
`
  .trim()
  .split('\n')
  .map((line) => line.split(' | '));

const bots: readonly string[] = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.0; +https://openai.com/gptbot)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot',
  'ClaudeBot/1.0',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/124.0.6367.78 Safari/537.36',
  'Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1',
  'Mozilla/5.0 (Linux; Android 11; moto g power (2022)) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse',
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
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36 StatusCake',
  'Uptime-Kuma/1.23.11',
  'Amazon-Route53-Health-Check-Service (ref abc; report http://amzn.to/1vsZADi)',
  'kube-probe/1.29',
];

test.each(people)('%s, %s, %s: %s', (browser, os, device, agent) => {
  const read = readAgent(agent!);
  const said = (...words: (string | undefined)[]) =>
    words.filter((word) => word !== undefined).join(' ');
  expect([
    said(read.browser, read.browserVersion),
    said(read.os, read.osVersion),
    read.device,
  ]).toEqual([browser, os, device]);
  expect(read.bot).toBe(false);
});

test.each(bots)('a bot: %s', (agent) => {
  expect(readAgent(agent)).toStrictEqual({ bot: true });
});

test('an empty agent is no bot, and nothing is known of it', () => {
  expect(readAgent('')).toStrictEqual({ bot: false });
});

test('only the first 1,000 characters count', () => {
  const human = people[0]![3]!.padEnd(1_000, ' ');
  expect(readAgent(human)).toStrictEqual(readAgent(people[0]![3]!));
  expect(readAgent(`${human}Googlebot/2.1`)).toStrictEqual(readAgent(human));
});

test('answers stay right when more agents come than are remembered', () => {
  const agent = (i: number) =>
    `Mozilla/5.0 (Windows NT 10.0; rv:${i}.0) Gecko/20100101 Firefox/${i}.0`;
  const versions = (from: number): (string | undefined)[] =>
    Array.from({ length: 6_000 }, (_, i) => readAgent(agent(from + i)).browserVersion);
  const expected = Array.from({ length: 6_000 }, (_, i) => `${100 + i}.0`);
  expect(versions(100)).toStrictEqual(expected);
  expect(versions(100)).toStrictEqual(expected);
});

test('no agent throws, and what is known has its form', () => {
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
