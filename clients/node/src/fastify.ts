import type { Client } from './client.ts';
import { asksForPage, isPage, pageviewOf, urlOf } from './visit.ts';

type Request = {
  readonly method: string;
  readonly originalUrl: string;
  readonly protocol: string;
  readonly host: string;
  readonly ip: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
};

type Reply = { readonly statusCode: number; getHeader(name: string): unknown };

/**
 * A hook for Fastify: `app.addHook('onResponse', forFastify(client))`. It runs when the answer is
 * sent. Behind a proxy, Fastify's `trustProxy` says who the visitor is.
 */
export const forFastify =
  (client: Pick<Client, 'track'>) =>
  (request: Request, reply: Reply, done: () => void): void => {
    const { method, headers, ip } = request;
    const header = (name: string) => String(headers[name] ?? '') || undefined;
    const type = String(reply.getHeader('content-type') ?? '');
    if (isPage(reply.statusCode, type) && asksForPage({ method, header })) {
      const url = urlOf(request.protocol, request.host, request.originalUrl);
      client.track(pageviewOf({ method, url, header, ip }));
    }
    done();
  };
