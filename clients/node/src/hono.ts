import type { Client } from './client.ts';
import { asksForPage, isPage, pageviewOf } from './visit.ts';

type Context = {
  readonly req: {
    readonly method: string;
    readonly url: string;
    header(name: string): string | undefined;
  };
  readonly res: Response;
  readonly env: unknown;
};

/** As Hono gives it on Node. */
type NodeEnv = { readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } } };

/**
 * A middleware for Hono. `addressOf` says who the visitor is; absent: who is at the other end of
 * the connection, which behind a proxy is the proxy.
 */
export const forHono =
  <C extends Context>(
    client: Pick<Client, 'track'>,
    addressOf: (c: C) => string | undefined = peerOf,
  ) =>
  async (c: C, next: () => Promise<void>): Promise<void> => {
    await next();
    const { method, url } = c.req;
    const header = (name: string) => c.req.header(name);
    if (isPage(c.res.status, c.res.headers.get('content-type')) && asksForPage({ method, header }))
      client.track(pageviewOf({ method, url, header, ip: addressOf(c) }));
  };

const peerOf = ({ env }: Context) => (env as NodeEnv | undefined)?.incoming?.socket?.remoteAddress;
