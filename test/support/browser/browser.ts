import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';

/**
 * User agents of real browsers. Chromium without a window calls itself headless, which would count
 * as a bot.
 */
export const agents = {
  chrome:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
    'Chrome/147.0.0.0 Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 ' +
    '(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
} as const;

export type Browser = {
  /** A new profile without cookies and cache; by default with a desktop Chrome's user agent. */
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
};

/**
 * Starts a real Chromium. No flag gives pages more rights than a user's browser does.
 * `--no-sandbox` lets it run as root, as in containers: that sandbox is between the browser and the
 * system, not between pages. Host names under `.test` lead to this machine, for sites that must not
 * be called localhost; so do `hosts` (`*.example.com`).
 */
export async function openBrowser(hosts: readonly string[] = []): Promise<Browser> {
  const { path, env } = await findChromium(process.env);
  const browser = await chromium.launch({
    executablePath: path,
    env: { ...process.env, ...env },
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
      `--host-resolver-rules=${['*.test', ...hosts].map((one) => `MAP ${one} 127.0.0.1`).join()}`,
    ],
  });
  return {
    async newContext(options = {}) {
      const context = await browser.newContext({
        userAgent: agents.chrome,
        locale: 'en-GB',
        timezoneId: 'Europe/Berlin',
        viewport: { width: 1240, height: 900 },
        ...options,
      });
      // A limit for what never comes, wide enough for a busy machine.
      context.setDefaultTimeout(60_000);
      return context;
    },
    close: () => browser.close(),
  };
}
