import { expect, test } from 'vitest';
import { robotName } from './robot-name.ts';

const safari = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15';

test.each([
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'Googlebot'],
  ['Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)', 'GPTBot'],
  [`${safari} Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)`, 'Applebot'],
  ['Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'Slackbot-LinkExpanding'],
  [`${safari} HeadlessChrome/120.0.0.0 Safari/537.36`, 'HeadlessChrome'],
  [
    'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)',
    'facebookexternalhit',
  ],
  ['Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit (KHTML, like Gecko) jsdom/22.1', 'jsdom'],
  ['curl/8.5.0', 'curl'],
  ['python-requests/2.31', 'python-requests'],
  ['Go-http-client/1.1', 'Go-http-client'],
  ['WhatsApp/2.2', 'WhatsApp'],
  ['http://nothing.but.an.address/', 'Robot'],
  ['12345', 'Robot'],
])('%s is %s', (userAgent, name) => {
  expect(robotName(userAgent)).toBe(name);
});

test('a name is at most 60 characters', () => {
  expect(robotName(`${'x'.repeat(90)}bot/1`)).toBe('x'.repeat(60));
});
