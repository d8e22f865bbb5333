import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { agents, type Browser, openBrowser } from '../support/browser/browser.ts';
import { readPanel, untilSettled } from '../support/browser/pages.ts';
import { allCases } from '../support/real-app.ts';
import { freePort, type RealProcess, serve } from '../support/real-process.ts';
import { examples, makeCertificate, type RunningProxy, shopPage, startProxy } from './examples.ts';

/**
 * The dashboard in a browser behind the real proxies, by HTTP/2 and TLS: below a path of a host
 * with other pages, and at the root of a host of its own (`DAYBOOK_TEST_HOMES=all`). One Daybook
 * for each place, since it writes its addresses with the path.
 */
const everyPlace = [
  { where: 'root', host: 'stats.example.com', base: '' },
  { where: 'path', host: 'example.com', base: '/stats' },
] as const;
const places = everyPlace.filter(({ where }) => where === 'path' || allCases);

const isShop = ({ pathname }: URL) => pathname === '/shop.html';

let work: string;
let browser: Browser;
/** Pages of the site, where the proxy has none of them. */
let pages: Server;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'daybook-proxied-'));
  makeCertificate(work);
  pages = createServer(({ url = '' }, response) => {
    const daybook = new URL(url, 'http://example.com').searchParams.get('daybook') ?? '/stats';
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(shopPage(daybook));
  }).listen(0, '127.0.0.1');
  browser = await openBrowser(['example.com', '*.example.com']);
});
afterAll(async () => {
  await browser?.close();
  pages?.close();
  rmSync(work, { recursive: true, force: true });
});

describe.each(places)('at the $where', ({ where, host, base }) => {
  let daybook: RealProcess;
  let key: string;
  beforeAll(async () => {
    const args = ['--trust-proxy', '127.0.0.1', ...(base === '' ? [] : ['--base', base])];
    daybook = await serve({ data: join(work, `data-${where}`), port: await freePort(), args });
    key = /#key=(\S+)/.exec(daybook.output())![1]!;
    for (const domain of ['example.com', 'example.com/blog']) {
      const made = await fetch(`${daybook.url}/api/v1/sites`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ domain }),
      });
      expect(made.status).toBe(200);
    }
  });
  afterAll(() => daybook?.end('SIGTERM'));

  describe.each(examples)('behind $name', (example) => {
    let proxy: RunningProxy;
    let origin: string;
    let shop: string;
    let context: BrowserContext;
    let page: Page;
    /** What did not load, and what was asked for outside of Daybook's place. */
    const problems: string[] = [];
    beforeAll(async () => {
      const [port, plainPort] = [await freePort(), await freePort()];
      origin = `https://${host}:${port}`;
      const { port: pagesPort } = pages.address() as AddressInfo;
      shop =
        where === 'path'
          ? `${origin}/shop.html?`
          : `http://example.com:${pagesPort}/shop.html?daybook=${origin}&`;
      proxy = startProxy(example, where, {
        ...{ work, upstream: new URL(daybook.url).host, port, plainPort },
        compresses: where === 'root',
        ...(where === 'path' && { pages: `http://127.0.0.1:${pagesPort}` }),
      });
      context = await open(agents.chrome);
      const ready = await context.newPage();
      await vi.waitFor(
        async () => {
          const answer = await ready.goto(`${origin}${base}/health/ready`).catch((error) => {
            throw new Error(`${error}: ${proxy.said()}`);
          });
          expect(answer?.status()).toBe(200);
        },
        { timeout: 60_000 },
      );
      await ready.close();
      context.on('requestfailed', (one) => {
        // A stream ends with its page.
        if (!one.url().endsWith('/live/stream')) problems.push(`${one.url()}: failed`);
      });
      context.on('response', (one) => {
        const { pathname } = new URL(one.url());
        if (one.status() >= 400 && one.status() !== 401)
          problems.push(`${one.url()}: ${one.status()}`);
        if (!isShop(new URL(one.url())) && !pathname.startsWith(`${base}/`))
          problems.push(one.url());
      });
    });
    afterAll(async () => {
      await context?.close();
      await proxy?.end();
    });

    const open = (userAgent: string) => browser.newContext({ ignoreHTTPSErrors: true, userAgent });

    async function visit(by: BrowserContext, name: string): Promise<void> {
      const seen = await by.newPage();
      const [sent] = await Promise.all([
        seen.waitForResponse((one) => one.url().endsWith(`${base}/api/event`)),
        seen.goto(`${shop}utm_source=${name}`),
      ]);
      expect(sent.status()).toBe(202);
      await seen.close();
    }

    test('who signs in there sees what the tracker has sent', async () => {
      await visit(context, example.name);
      page = await context.newPage();
      await page.goto(`${origin}${base}/?site=example.com`);
      await page.waitForURL(`${origin}${base}/sign-in?next=**`);
      await page.getByRole('button', { name: 'Use the owner key' }).click();
      await page.getByLabel('Owner key').fill(key);
      await page.keyboard.press('Enter');
      await page.waitForURL(`${origin}${base}/?site=example.com`);
      await untilSettled(page);
      expect(await readPanel(page, 'Pages')).toEqual([expect.stringMatching(/^\/shop\.html \d/)]);
      const protocol = 'performance.getEntriesByType("navigation")[0].nextHopProtocol';
      expect(await page.evaluate(protocol)).toBe('h2');
      const [cookie] = await context.cookies(`${origin}${base}/`);
      const name = `${base === '' ? '__Host-' : '__Secure-'}daybook_session`;
      expect(cookie).toMatchObject({ name, path: base || '/', secure: true, httpOnly: true });
    });

    test('what happens now is there at once, by a stream', async () => {
      const streamed = page.waitForResponse((one) => one.url().endsWith('/live/stream'));
      await page.goto(`${origin}${base}/?site=example.com&live`);
      expect((await streamed).headers()['content-type']).toContain('text/event-stream');
      await page.locator('main.live[aria-busy="false"]').waitFor();
      const now = page.locator('.live-now');
      const before = Number(/^\d+/.exec((await now.textContent())!)![0]);
      const other = await open(`${agents.firefox} ${example.name}`);
      await visit(other, 'other');
      await other.close();
      await page.getByText(`${before + 1} visitors in the last 5 minutes`).waitFor();
    });

    test('the snippet, links and a shared page lead below the place', async () => {
      await page.goto(`${origin}${base}/?settings=tracker&site=example.com`);
      await page.getByText(`src="${origin}${base}/js/daybook.`).first().waitFor();
      const url = await page.evaluate(
        `fetch('${base}/api/v1/sites/example.com/shared-links',
          { method: 'POST', body: '{"name":"${example.name}"}' })
          .then((answer) => answer.json()).then((made) => made.url)`,
      );
      expect(url).toMatch(new RegExp(`^${origin}${base}/share/`));
      // A slash in a site's name is encoded: the proxy must leave it so.
      const blog = await page.evaluate(
        `fetch('${base}/api/v1/sites/example.com%2Fblog').then((answer) => answer.json())`,
      );
      expect(blog).toMatchObject({ domain: 'example.com/blog' });
      await page.goto(`${url}`);
      await untilSettled(page);
      expect(await page.locator('img, link[rel=icon]').count()).toBeGreaterThan(0);
    });

    test('all that was asked for came, and nothing outside of the place', () =>
      expect(problems).toEqual([]));
  });
});
