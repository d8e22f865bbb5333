import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Website = { readonly url: string; close(): Promise<void> };

/**
 * Serves a website on an origin of its own: the HTML of each page by its path; that of `*` with 404
 * for all others.
 */
export async function openWebsite(pages: Readonly<Record<string, string>>): Promise<Website> {
  const server = createServer((request, response) => {
    const html = pages[new URL(request.url!, 'http://own.test').pathname];
    response.writeHead(html === undefined ? 404 : 200, {
      'Content-Type': 'text/html; charset=utf-8',
    });
    response.end(html ?? pages['*'] ?? '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
