import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPageUrl } from './page-url.ts';
import { readSource } from './sources.ts';

function arrive(referrer: string | undefined, query = '', ownHostname = 'example.com') {
  const page = readPageUrl(`https://${ownHostname}/${query}`, { hash: false });
  if ('error' in page) throw new Error(page.error);
  return readSource({ referrer, ownHostname, ownDomain: ownHostname, tags: page.tags });
}

describe('a referrer names the source', () => {
  test.each([
    ['https://www.google.com/', 'Google', 'Organic Search'],
    ['https://www.google.co.uk/search?q=x', 'Google', 'Organic Search'],
    ['https://google.de/', 'Google', 'Organic Search'],
    ['https://www.google.com.br/', 'Google', 'Organic Search'],
    ['https://images.google.fr/', 'Google', 'Organic Search'],
    ['android-app://com.google.android.googlequicksearchbox/', 'Google', 'Organic Search'],
    ['https://www.bing.com/', 'Bing', 'Organic Search'],
    ['https://cn.bing.com/search', 'Bing', 'Organic Search'],
    ['https://duckduckgo.com/', 'DuckDuckGo', 'Organic Search'],
    ['https://de.search.yahoo.com/', 'Yahoo!', 'Organic Search'],
    ['https://search.yahoo.co.jp/', 'Yahoo!', 'Organic Search'],
    ['https://yandex.ru/', 'Yandex', 'Organic Search'],
    ['https://www.yandex.com.tr/', 'Yandex', 'Organic Search'],
    ['https://m.baidu.com/', 'Baidu', 'Organic Search'],
    ['https://search.brave.com/', 'Brave', 'Organic Search'],
    ['https://www.ecosia.org/', 'Ecosia', 'Organic Search'],
    ['https://kagi.com/', 'Kagi', 'Organic Search'],
    ['https://search.naver.com/', 'Naver', 'Organic Search'],
    ['https://search.seznam.cz/', 'Seznam', 'Organic Search'],
    ['https://chatgpt.com/', 'ChatGPT', 'AI Assistants'],
    ['https://chat.openai.com/', 'ChatGPT', 'AI Assistants'],
    ['https://www.perplexity.ai/', 'Perplexity', 'AI Assistants'],
    ['https://claude.ai/', 'Claude', 'AI Assistants'],
    ['https://gemini.google.com/', 'Gemini', 'AI Assistants'],
    ['https://copilot.microsoft.com/', 'Microsoft Copilot', 'AI Assistants'],
    ['https://chat.mistral.ai/', 'Mistral', 'AI Assistants'],
    ['https://chat.deepseek.com/', 'DeepSeek', 'AI Assistants'],
    ['https://grok.com/', 'Grok', 'AI Assistants'],
    ['https://you.com/', 'You.com', 'AI Assistants'],
    ['https://www.phind.com/', 'Phind', 'AI Assistants'],
    ['https://poe.com/', 'Poe', 'AI Assistants'],
    ['https://www.meta.ai/', 'Meta AI', 'AI Assistants'],
    ['https://l.facebook.com/', 'Facebook', 'Organic Social'],
    ['https://m.facebook.com/', 'Facebook', 'Organic Social'],
    ['https://l.instagram.com/', 'Instagram', 'Organic Social'],
    ['https://t.co/AbC', 'Twitter', 'Organic Social'],
    ['https://x.com/', 'Twitter', 'Organic Social'],
    ['https://www.linkedin.com/', 'LinkedIn', 'Organic Social'],
    ['android-app://com.linkedin.android/', 'LinkedIn', 'Organic Social'],
    ['https://old.reddit.com/r/x', 'Reddit', 'Organic Social'],
    ['android-app://com.reddit.frontpage/', 'Reddit', 'Organic Social'],
    ['https://news.ycombinator.com/item', 'Hacker News', 'Organic Social'],
    ['https://mastodon.social/', 'Mastodon', 'Organic Social'],
    ['https://go.bsky.app/', 'Bluesky', 'Organic Social'],
    ['android-app://org.telegram.messenger/', 'Telegram', 'Organic Social'],
    ['https://www.pinterest.co.uk/', 'Pinterest', 'Organic Social'],
    ['https://away.vk.com/', 'VKontakte', 'Organic Social'],
    ['https://www.youtube.com/', 'YouTube', 'Organic Video'],
    ['https://youtu.be/', 'YouTube', 'Organic Video'],
    ['https://vimeo.com/123', 'Vimeo', 'Organic Video'],
    ['https://mail.google.com/', 'Gmail', 'Email'],
    ['android-app://com.google.android.gm/', 'Gmail', 'Email'],
    ['https://outlook.live.com/', 'Outlook.com', 'Email'],
    ['https://mail.yahoo.com/', 'Yahoo! Mail', 'Email'],
    ['https://www.amazon.co.jp/', 'Amazon', 'Organic Shopping'],
    ['https://www.amazon.com.au/', 'Amazon', 'Organic Shopping'],
    ['https://www.ebay.de/', 'eBay', 'Organic Shopping'],
    ['https://googleads.g.doubleclick.net/', 'Google Display Network', 'Display'],
    ['https://news.google.com/', 'Google News', 'Referral'],
    ['https://docs.google.com/', 'Google Docs', 'Referral'],
    ['https://aws.amazon.com/blogs/', 'AWS', 'Referral'],
    ['https://de.wikipedia.org/wiki/X', 'Wikipedia', 'Referral'],
    ['https://github.com/x/y', 'GitHub', 'Referral'],
    ['android-app://com.slack/', 'Slack', 'Referral'],
    ['https://blog.example.org/post', 'blog.example.org', 'Referral'],
    // Neither are these Google, Facebook or X, whatever they are called.
    ['https://contacts.google.com/', 'contacts.google.com', 'Referral'],
    ['https://notfacebook.com/', 'notfacebook.com', 'Referral'],
    ['https://facebook.com.example.org/', 'facebook.com.example.org', 'Referral'],
    ['https://google.example.org/', 'google.example.org', 'Referral'],
    ['https://somebody.substack.com/', 'somebody.substack.com', 'Referral'],
    ['https://box.com/', 'box.com', 'Referral'],
  ])('%s: %s, %s', (referrer, source, channel) => {
    expect(arrive(referrer)).toMatchObject({ source, channel });
  });
});

describe('a referrer is kept as host and path', () => {
  test.each([
    ['https://www.Example.org/Post/1/?q=secret#top', 'example.org/Post/1'],
    ['https://example.org/', 'example.org'],
    ['http://user:pw@example.org:8080/a//', 'example.org/a'],
    ['https://bücher.example/é', 'xn--bcher-kva.example/%C3%A9'],
    ['android-app://com.google.android.gm/', 'com.google.android.gm'],
    [`https://example.org/${'/'.repeat(3_000)}x`, 'example.org'],
  ])('%s', (url, referrer) => {
    expect(arrive(url).referrer).toBe(referrer);
  });

  test.each([
    undefined,
    '',
    'https://example.com/other',
    'http://www.example.com:8080/',
    'http://localhost:3000/',
    'https://',
    '/path',
    'example.org',
    'about:client',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.org/',
  ])('%s is none', (url) => {
    expect(arrive(url)).toStrictEqual({ channel: 'Direct' });
  });

  test('of a neighbouring host it is one', () => {
    expect(arrive('https://blog.example.com/')).toMatchObject({
      source: 'blog.example.com',
      channel: 'Referral',
    });
    expect(arrive('https://example.com/', '', 'blog.example.com')).toMatchObject({
      source: 'example.com',
    });
    // The same text again: what is remembered of a referrer does not depend on whose it was.
    expect(arrive('https://blog.example.com/', '', 'blog.example.com')).toStrictEqual({
      channel: 'Direct',
    });
  });
});

describe('tags name source and channel', () => {
  test.each([
    ['?utm_source=google', 'Google', 'Organic Search'],
    ['?utm_source=GOOGLE&utm_medium=CPC', 'Google', 'Paid Search'],
    ['?utm_source=google&utm_medium=cpm', 'Google', 'Paid Search'],
    ['?utm_source=adwords', 'Google', 'Paid Search'],
    ['?utm_source=bing&utm_medium=ppc', 'Bing', 'Paid Search'],
    ['?utm_source=ig', 'Instagram', 'Organic Social'],
    ['?utm_source=fb&utm_medium=paid_social', 'Facebook', 'Paid Social'],
    ['?utm_source=facebook_ads', 'Facebook', 'Paid Social'],
    ['?utm_source=yt-ads', 'YouTube', 'Paid Video'],
    ['?utm_source=threads', 'Threads', 'Organic Social'],
    ['?utm_source=linkedin&utm_medium=retargeting', 'LinkedIn', 'Paid Social'],
    ['?utm_source=chatgpt.com', 'ChatGPT', 'AI Assistants'],
    ['?utm_source=perplexity', 'Perplexity', 'AI Assistants'],
    ['?utm_source=chatgpt.com&utm_medium=organic', 'ChatGPT', 'AI Assistants'],
    ['?utm_source=www.facebook.com', 'Facebook', 'Organic Social'],
    ['?utm_source=amazon&utm_medium=cpc', 'Amazon', 'Paid Shopping'],
    ['?utm_source=partner&utm_medium=cpc&utm_campaign=summer-shop', 'partner', 'Paid Shopping'],
    ['?utm_source=partner&utm_campaign=workshop', 'partner', 'Referral'],
    ['?utm_source=partner&utm_campaign=Shopping', 'partner', 'Organic Shopping'],
    ['?utm_source=Weekly&utm_medium=email', 'Weekly', 'Email'],
    ['?utm_source=e-mail', 'e-mail', 'Email'],
    ['?utm_source=partner&utm_medium=affiliate', 'partner', 'Affiliates'],
    ['?utm_source=partner&utm_medium=banner', 'partner', 'Display'],
    ['?utm_source=partner&utm_medium=cpc', 'partner', 'Paid Other'],
    ['?utm_source=partner&utm_medium=social-media', 'partner', 'Organic Social'],
    ['?utm_source=partner&utm_medium=video', 'partner', 'Organic Video'],
    ['?utm_source=partner&utm_medium=audio', 'partner', 'Audio'],
    ['?utm_source=partner&utm_medium=sms', 'partner', 'SMS'],
    ['?utm_source=app&utm_medium=web-push', 'app', 'Mobile Push Notifications'],
    ['?utm_source=firebase', 'firebase', 'Mobile Push Notifications'],
    ['?utm_source=google&utm_campaign=cross-network', 'Google', 'Cross-network'],
    ['?utm_source=partner&utm_medium=referral', 'partner', 'Referral'],
    ['?utm_source=Newsletter', 'Newsletter', 'Referral'],
    ['?ref=producthunt', 'Product Hunt', 'Organic Social'],
    ['?source=hn', 'Hacker News', 'Organic Social'],
    ['?utm_medium=email', undefined, 'Email'],
    ['?utm_medium=cpc', undefined, 'Paid Other'],
    ['?utm_medium=organic', undefined, 'Organic Search'],
    ['?utm_source=(direct)&utm_medium=(none)', undefined, 'Direct'],
  ])('%s: %s, %s', (query, source, channel) => {
    const origin = arrive(undefined, query);
    expect([origin.source, origin.channel]).toEqual([source, channel]);
  });

  test('more surely than the referrer', () => {
    expect(arrive('https://mail.google.com/', '?utm_source=weekly')).toStrictEqual({
      referrer: 'mail.google.com',
      source: 'weekly',
      channel: 'Referral',
    });
  });
});

describe('a click id makes a visit paid where its ads are shown', () => {
  test.each([
    ['https://www.google.com/', '?gclid=x', 'Google', 'Paid Search'],
    [undefined, '?gclid=x', 'Google', 'Paid Search'],
    [undefined, '?gad_source=1', 'Google', 'Paid Search'],
    ['https://www.youtube.com/', '?gclid=x', 'YouTube', 'Paid Video'],
    ['https://googleads.g.doubleclick.net/', '?gclid=x', 'Google Display Network', 'Display'],
    [undefined, '?dclid=x', 'Google Display Network', 'Display'],
    ['https://www.bing.com/', '?msclkid=x', 'Bing', 'Paid Search'],
    ['https://duckduckgo.com/', '?msclkid=x', 'DuckDuckGo', 'Paid Search'],
    [undefined, '?msclkid=x', 'Bing', 'Paid Search'],
    [undefined, '?ttclid=x', 'TikTok', 'Paid Social'],
    [undefined, '?twclid=x', 'Twitter', 'Paid Social'],
    ['https://www.reddit.com/', '?gclid=copied', 'Reddit', 'Organic Social'],
    ['https://blog.example.org/', '?gclid=copied', 'blog.example.org', 'Referral'],
    ['https://l.facebook.com/', '?fbclid=x', 'Facebook', 'Organic Social'],
    [undefined, '?fbclid=x', undefined, 'Direct'],
    [undefined, '?utm_source=weekly&gclid=copied', 'weekly', 'Referral'],
  ])('%s %s: %s, %s', (referrer, query, source, channel) => {
    const origin = arrive(referrer, query);
    expect([origin.source, origin.channel]).toEqual([source, channel]);
  });
});

test('no text throws', () => {
  const text = fc.string({ unit: 'binary', maxLength: 200 });
  const referrer = fc.oneof(
    text,
    fc.webUrl(),
    text.map((t) => `https://${t}`),
    text.map((t) => `https://a.example/${t}`),
  );
  fc.assert(
    fc.property(referrer, text, text, text, (from, ownHostname, utmSource, utmMedium) => {
      const origin = readSource({
        ...{ referrer: from, ownHostname, ownDomain: ownHostname },
        tags: { utmSource, utmMedium },
      });
      expect(origin.channel).not.toBe('');
      if (origin.referrer !== undefined) expect(origin.referrer).toMatch(/^[\x21-\x7e]+$/);
    }),
    { numRuns: 1_000 },
  );
});

describe('the own site is no source', () => {
  const own = { ownHostname: 'shop.alias.test', ownDomain: 'own.test:8080/shop', tags: {} };
  test.each([
    ['the page’s host', 'https://shop.alias.test/cart'],
    ['the site’s domain, though the page has another host', 'https://www.own.test/other'],
    ['loopback', 'http://127.0.0.1:3000/'],
    ['another address of it', 'http://127.8.0.1/'],
    ['loopback of IPv6', 'http://[::1]:8080/'],
    ['localhost', 'http://localhost:5173/'],
    ['a name below localhost', 'http://app.localhost/'],
    ['any address of this machine', 'http://0.0.0.0:8000/'],
  ])('%s', (_, referrer) =>
    expect(readSource({ ...own, referrer })).toEqual({ channel: 'Direct' }),
  );
  test.each([['https://own.test.example/'], ['https://128.0.0.1/'], ['https://notlocalhost/']])(
    'but %s is another',
    (referrer) => expect(readSource({ ...own, referrer }).channel).toBe('Referral'),
  );
});
