// What a browser meets in development, before the server of `npm run dev`: it holds requests back
// while something is built, gives the built pages, and tells open ones to load again.
import { once } from 'node:events';
import { request as ask, createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { answerOf, states } from './states.mjs';

const scriptPath = '/dev/load-again.js';
const changesPath = '/dev/changes';
const statesPath = '/dev/states';
const stateScriptPath = '/dev/state.js';
const stateHeader = 'x-dev-state';

/** A page knows which build it is of; where the present one is another, it loads again. */
const script = `
const own = new URL(document.currentScript.src).searchParams.get('build');
new EventSource('${changesPath}').onmessage = ({ data }) => data !== own && location.reload();
`;

/** In a page that shows a state, all requests name it, and nothing is streamed. */
const stateScript = `
const own = new URL(document.currentScript.src).searchParams;
history.replaceState(null, '', own.get('at'));
const real = fetch;
fetch = (path, init = {}) =>
  real(path, { ...init, headers: { ...init.headers, '${stateHeader}': own.get('state') } });
EventSource = class extends EventTarget { close() {} };
`;

/** All states, each in a frame. */
const statesPage = `<!doctype html>
<html lang="en"><meta charset="utf-8" /><title>States</title>
<style>iframe { width: 100%; height: 640px; border: 1px solid } body { font: 14px sans-serif }</style>
${Object.keys(states)
  .map((name) => {
    const path = `${statesPath}/${name}`;
    return `<h2><a href="${path}">${name}</a></h2><iframe loading="lazy" src="${path}"></iframe>`;
  })
  .join('\n')}`;

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
    if (pathname === statesPath) return send(response, 200, 'text/html', statesPage);
    if (pathname === stateScriptPath) return send(response, 200, 'text/javascript', stateScript);
    const state = request.headers[stateHeader];
    if (state !== undefined) return void answerAs(state, pathname, request, response);
    if (pathname.startsWith(`${statesPath}/`))
      return answer(() => showState(pathname.slice(statesPath.length + 1), response), response);
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

  /** Without the headers that forbid frames. */
  function showState(name, response) {
    if (states[name] === undefined) return send(response, 404, 'text/plain', 'no such state');
    const html = Buffer.from(pages.get('/index.html').body).toString();
    const asked = new URLSearchParams({ state: name, at: states[name].at });
    const own = `<script src="${stateScriptPath}?${asked}"></script>`;
    send(response, 200, 'text/html', html.replace('<body>', `<body>${own}`));
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
      // The tracker has routes of its own.
      for (const path of pages.keys()) if (path.startsWith('/js/')) pages.delete(path);
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

async function answerAs(state, pathname, request, response) {
  const given = answerOf(state, pathname, await text(request));
  if (given === 'gone') response.destroy();
  else if (given !== 'never')
    send(response, given.status, 'application/json', JSON.stringify(given.body));
}

function send(response, status, type, body, headers = {}) {
  response.writeHead(status, { ...headers, 'Content-Type': type, 'Cache-Control': 'no-store' });
  response.end(body);
}
