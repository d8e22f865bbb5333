import type { Client } from './client.ts';
import { asksForPage, pageviewOf } from './visit.ts';

type Request = { readonly method: string; readonly url: string; readonly headers: Headers };

type FetchEvent = { waitUntil(work: Promise<unknown>): void };

/**
 * For the middleware of Next (`proxy.ts`, before 16 `middleware.ts`): counts each page that a
 * browser loads. It runs before the page is made, so pages that are not found count too. What is
 * tracked is sent within the platform's `waitUntil`: a function may be frozen after its answer.
 * `addressOf`: by default the first address in `X-Forwarded-For`, which Next's own server sets.
 */
export const forNext =
  <R extends Request>(
    client: Pick<Client, 'track' | 'flush'>,
    addressOf: (request: R) => string | undefined = forwardedFor,
  ) =>
  (request: R, event: FetchEvent): void => {
    const { method, url, headers } = request;
    const header = (name: string) => headers.get(name) ?? undefined;
    if (!asksForPage({ method, header }) || header('next-router-prefetch') !== undefined) return;
    client.track(pageviewOf({ method, url, header, ip: addressOf(request) }));
    event.waitUntil(client.flush());
  };

const forwardedFor = ({ headers }: Request) =>
  headers.get('x-forwarded-for')?.split(',')[0]?.trim();
