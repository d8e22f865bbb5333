// Runs the script from the tag's template in an imitated page.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const template =
  process.env.TAG_TEMPLATE ??
  new URL('../daybook_django/templates/daybook/tag.html', import.meta.url);
const script = readFileSync(template, 'utf8').match(/<script[^>]*>\n([\s\S]*)<\/script>/)[1];

const plain = { pathname: '/a', language: 'de-CH', platform: 'Linux', userAgent: 'UA' };
const here = { latitude: 46.2, longitude: 6.1 };

/** Opens an imitated page. `geolocation` is its navigator's; timers run when `pass` is called. */
function open({
  asks = 'no',
  geolocation,
  fetches = () => Promise.resolve(),
  prerendering = false,
  tags = 1,
  referrer = '',
  search = '',
} = {}) {
  const sent = [];
  const listeners = {};
  const timers = [];
  const listen = (type, run) => {
    listeners[type] = run;
  };
  const document = {
    currentScript: {
      dataset: { daybook: 'https://d.example/analytics', credentials: 'omit', location: asks },
    },
    addEventListener: listen,
    prerendering,
    referrer,
    visibilityState: 'visible',
  };
  const page = {
    document,
    location: { pathname: '/a', search },
    navigator: { language: 'de-CH', platform: 'Linux', userAgent: 'UA', geolocation },
    addEventListener: listen,
    setTimeout: (run, ms) => timers.push({ run, ms }),
    fetch: (url, options) => {
      sent.push({ url, ...options, body: JSON.parse(options.body) });
      return fetches();
    },
  };
  page.window = page;
  vm.createContext(page);
  for (let tag = 0; tag < tags; tag += 1) vm.runInContext(script, page);
  return {
    sent,
    document,
    bodies: () => sent.map(({ body }) => body),
    fire: (type) => listeners[type]?.(),
    pass: () => timers.forEach(({ run }) => void run()),
    move: (pathname) => {
      page.location.pathname = pathname;
    },
  };
}

test('a view says where it came from: the referrer, and the tags of its query alone', () => {
  const search = '?token=secret&utm_source=letter&x=1&ref=a%26b&amp;utm_campaign=spring';
  const [body] = open({ referrer: 'https://other.example/', search }).bodies();
  assert.deepEqual(body, {
    ...plain,
    referrer: 'https://other.example/',
    search: '&utm_source=letter&ref=a%26b&amp;utm_campaign=spring',
  });
  assert.deepEqual(open({ search: '?token=secret&preference=1' }).bodies(), [plain]);
});

const asking = (answer) => ({ asks: 'yes', geolocation: { getCurrentPosition: answer } });
const grants = (ok) => ok({ coords: { ...here, accuracy: 7 } });
const refuses = (_, no) => no({ code: 1 });
const neverAnswers = () => {};

test('a page sends its view once, so that it outlives the page and needs no preflight', () => {
  const { sent } = open();
  assert.equal(sent.length, 1);
  const { url, method, keepalive, credentials, headers, body } = sent[0];
  assert.deepEqual(
    [url, method, keepalive, credentials],
    ['https://d.example/analytics', 'POST', true, 'omit'],
  );
  assert.equal(headers, undefined);
  assert.deepEqual(body, plain);
});

for (const [name, options, expected] of [
  ['two tags on one page', { tags: 2 }, [plain]],
  ['not asked for a location', { geolocation: { getCurrentPosition: grants } }, [plain]],
  ['granted', asking(grants), [{ ...plain, location: here }]],
  ['granted, two tags', { ...asking(grants), tags: 2 }, [{ ...plain, location: here }]],
  ['refused', asking(refuses), [plain]],
  ['no geolocation here', { asks: 'yes' }, [plain]],
  [
    'geolocation throws',
    asking(() => {
      throw new Error('policy');
    }),
    [plain],
  ],
  ['not answered yet', asking(neverAnswers), []],
]) {
  test(`location: ${name}`, () => assert.deepEqual(open(options).bodies(), expected));
}

for (const [name, leave] of [
  ['time passes', (page) => page.pass()],
  ['the page is left', (page) => page.fire('pagehide')],
  [
    'the page is hidden',
    (page) => {
      page.document.visibilityState = 'hidden';
      page.fire('visibilitychange');
    },
  ],
]) {
  test(`unanswered: sent without a location when ${name}, and not again when answered`, () => {
    let answer;
    const page = open(
      asking((ok) => {
        answer = ok;
      }),
    );
    page.move('/elsewhere');
    page.fire('visibilitychange');
    assert.deepEqual(page.bodies(), []);
    leave(page);
    answer({ coords: here });
    page.pass();
    page.fire('pagehide');
    assert.deepEqual(page.bodies(), [plain]);
  });
}

test('a page rendered ahead is sent when it is shown', () => {
  const page = open({ prerendering: true });
  assert.deepEqual(page.bodies(), []);
  page.fire('prerenderingchange');
  assert.deepEqual(page.bodies(), [plain]);
});

test('failures never reach the page', async () => {
  const unhandled = [];
  const remember = (error) => unhandled.push(error);
  process.on('unhandledRejection', remember);
  open({ fetches: () => Promise.reject(new Error('offline')) });
  open({
    fetches: () => {
      throw new Error('blocked');
    },
  });
  open({ fetches: () => undefined });
  vm.runInNewContext(script, {});
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', remember);
  assert.deepEqual(unhandled, []);
});
