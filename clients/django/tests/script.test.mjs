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

const answers = (status, after = null) => ({ status, headers: { get: () => after } });

/** Opens an imitated page. `geolocation` is its navigator's; timers run when `pass` is called. */
function open({
  asks = 'no',
  geolocation,
  fetches = () => Promise.resolve(answers(200)),
  prerendering = false,
  tags = 1,
  referrer = '',
  search = '',
} = {}) {
  const sent = [];
  const listeners = {};
  const timers = [];
  let nowMs = 10;
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
    performance: { now: () => nowMs },
    fetch: (url, options) => {
      const { origin, pathname, searchParams } = new URL(url);
      sent.push({
        ...{ url: origin + pathname, query: Object.fromEntries(searchParams) },
        ...{ ...options, body: JSON.parse(options.body) },
      });
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
    /** The next timer's time comes; gives how many ms that took. */
    passOne: () => {
      const { run, ms } = timers.shift();
      nowMs += ms;
      run();
      return ms;
    },
    waits: () => timers.length,
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

const settled = () => new Promise((resolve) => setImmediate(resolve));

for (const [name, results, pausesMs] of [
  ['taken', [answers(200)], []],
  ['refused', [answers(400)], []],
  ['too many at once', [answers(429), answers(200)], [1_000]],
  ['and it says when', [answers(429, '7'), answers(200)], [7_000]],
  ['the server cannot now', [answers(503, '5'), answers(503, '2'), answers(200)], [5_000, 5_000]],
  [
    'an until that is a date',
    [answers(503, 'Wed, 21 Oct 2026 07:28:00 GMT'), answers(200)],
    [1_000],
  ],
  ['no answer', [undefined, answers(200)], [1_000]],
  [
    'given up after four',
    [undefined, answers(503), answers(429), undefined],
    [1_000, 5_000, 30_000],
  ],
]) {
  test(`sent again with its id and its age: ${name}`, async () => {
    const left = [...results];
    const page = open({
      fetches: () => {
        const result = left.shift();
        return result === undefined
          ? Promise.reject(new Error('offline'))
          : Promise.resolve(result);
      },
    });
    const passedMs = [];
    await settled();
    while (page.waits() > 0) {
      passedMs.push(page.passOne());
      await settled();
    }
    assert.deepEqual(passedMs, pausesMs);
    assert.equal(page.sent.length, results.length);
    const ages = pausesMs.map((_, i) =>
      String(pausesMs.slice(0, i + 1).reduce((sum, ms) => sum + ms)),
    );
    assert.deepEqual(
      page.sent.map(({ query }) => query.a),
      [undefined, ...ages],
    );
    assert.equal(new Set(page.sent.map(({ query }) => query.id)).size, 1);
    assert.match(page.sent[0].query.id, /^[0-9a-z]+-[0-9a-z]{10,}$/);
  });
}

test('two views have two ids', () =>
  assert.notEqual(open().sent[0].query.id, open().sent[0].query.id));

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
