import type { Client } from './client.ts';
import { asksForPage, isPage, pageviewOf, urlOf } from './visit.ts';

type Request = {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string;
  readonly protocol?: string;
  readonly ip?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
};

type Response = {
  readonly statusCode: number;
  getHeader(name: string): unknown;
  on(event: 'finish', listener: () => void): unknown;
};

/**
 * A middleware for Express, Connect and `node:http`: counts each page that was answered. Behind a
 * proxy, Express's `trust proxy` says who the visitor is.
 */
export const forExpress =
  (client: Pick<Client, 'track'>) =>
  (request: Request, response: Response, next: () => void): void => {
    const { headers } = request;
    const path = request.originalUrl ?? request.url ?? '/';
    response.on('finish', () => {
      const header = (name: string) => String(headers[name] ?? '') || undefined;
      const method = request.method ?? '';
      if (!isPage(response.statusCode, String(response.getHeader('content-type') ?? ''))) return;
      if (!asksForPage({ method, header })) return;
      const url = urlOf(request.protocol ?? 'http', header('host'), path);
      client.track(
        pageviewOf({ method, url, header, ip: request.ip ?? request.socket.remoteAddress }),
      );
    });
    next();
  };
