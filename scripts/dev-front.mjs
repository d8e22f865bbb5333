// What a browser meets in development, before the server of `npm run dev`: it holds requests back
// while something is built, gives the built pages, and tells open ones to load again.
import { once } from 'node:events';
import { request as ask, createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const scriptPath = '/dev/load-again.js';
const changesPath = '/dev/changes';

/** A page knows which build it is of; where the present one is another, it loads again. */
const script = `
const own = new URL(document.currentScript.src).searchParams.get('build');
new EventSource('${changesPath}').onmessage = ({ data }) => data !== own && location.reload();
`;

/**
 * Starts it; `dist` is the folder of builds. `hold` lets requests wait, `show` answers them from a
 * new build, with the server at `url` (or the one before), `fail` with what is wrong.
 */
export async function startFront(port, dist) {
  let build = Date.now();
  let ready = false;
  let problem;
  let server;
  let pages = new Map();
  let headers = {};
  const waiting = new Set();
  const listeners = new Set();

  const front = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === scriptPath) return send(response, 200, 'text/javascript', script);
    if (pathname === changesPath) return listen(response);
    answer(() => forward(pathname, request, response), response);
  });
  front.listen(port, '127.0.0.1');
  await once(front, 'listening');

  function answer(run, response) {
    if (problem !== undefined) send(response, 503, 'text/html', withScript(`<p>${problem}`));
    else if (ready) run();
    else waiting.add({ run, response });
  }

  function settle(state) {
    ({ ready, problem } = state);
    for (const one of waiting) answer(one.run, one.response);
    waiting.clear();
    for (const response of listeners) response.write(`data: ${build}\n\n`);
  }

  function listen(response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    listeners.add(response);
    response.on('close', () => listeners.delete(response));
    if (ready) response.write(`data: ${build}\n\n`);
    else response.flushHeaders();
  }

  const withScript = (html) => `${html}<script src="${scriptPath}?build=${build}"></script>\n`;

  function forward(pathname, request, response) {
    const page = pages.get(pathname) ?? pages.get(`${pathname.replace(/^\/$/, '/index')}.html`);
    if (page !== undefined && request.method === 'GET') {
      const isHtml = page.type.startsWith('text/html');
      const body = isHtml ? withScript(Buffer.from(page.body).toString()) : page.body;
      return send(response, 200, page.type, body, headers);
    }
    const { method, url } = request;
    const asked = { method, headers: { ...request.headers, 'accept-encoding': 'identity' } };
    const onward = ask(`${server}${url}`, asked, async (answer) => {
      const { statusCode, headers: given } = answer;
      if (given['content-type']?.startsWith('text/html') && method === 'GET') {
        const html = await text(answer);
        const { 'content-length': _, 'transfer-encoding': __, ...others } = given;
        response.writeHead(statusCode, others).end(withScript(html));
      } else {
        response.writeHead(statusCode, given);
        answer.pipe(response);
      }
    });
    // It was ended for the next build, or the browser has gone.
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  return {
    port: front.address().port,
    hold() {
      ready = false;
      problem = undefined;
    },
    async show(url = server) {
      server = url;
      const own = (path) => import(pathToFileURL(`${dist}/src/${path}`).href);
      const { readPages } = await own('entry/pages.js');
      ({ pageHeaders: headers } = await own('http/page-routes.js'));
      pages = readPages(`${dist}/dashboard`);
      // The tracker has a route of its own.
      pages.delete('/js/daybook.v1.js');
      build = Date.now();
      settle({ ready: true });
    },
    fail(why) {
      build = Date.now();
      settle({ ready: false, problem: why });
    },
    close() {
      front.close();
      front.closeAllConnections();
    },
  };
}

function send(response, status, type, body, headers = {}) {
  response.writeHead(status, { ...headers, 'Content-Type': type, 'Cache-Control': 'no-store' });
  response.end(body);
}
