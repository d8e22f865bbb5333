import { randomUUID } from 'node:crypto';

const waitsMs = [1_000, 5_000, 30_000];

/**
 * A middleware (Express, Connect, `node:http`) that sends a pageview for each page that was
 * answered with 200 as HTML. `key`: the owner key, for the visitor's address; `domain`: the site.
 */
export function countViews({ url, key, domain }) {
  return (request, response, next) => {
    const atMs = performance.now();
    response.on('finish', () => {
      const type = String(response.getHeader('content-type') ?? '');
      if (request.method === 'GET' && response.statusCode === 200 && /^text\/html/.test(type))
        void send(request, atMs);
    });
    next();
  };

  async function send(request, atMs) {
    const hit = {
      n: 'pageview',
      u: `${request.protocol ?? 'http'}://${request.headers.host}${request.originalUrl ?? request.url}`,
      d: domain,
      r: request.headers.referer,
      l: request.headers['accept-language']?.split(',')[0],
      id: randomUUID(),
    };
    for (const waitMs of [...waitsMs, undefined]) {
      if (await isTaken(request, { ...hit, a: Math.round(performance.now() - atMs) })) return;
      if (waitMs !== undefined) await new Promise((done) => setTimeout(done, waitMs).unref());
    }
  }

  /** Also true where sending it again would be of no use. */
  async function isTaken(request, hit) {
    try {
      const { status } = await fetch(`${url}/api/event`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': request.headers['user-agent'] ?? '',
          'X-Forwarded-For': request.ip ?? request.socket.remoteAddress ?? '',
          ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        },
        body: JSON.stringify(hit),
        signal: AbortSignal.timeout(5_000),
      });
      return status < 500 && status !== 429;
    } catch {
      return false;
    }
  }
}
