import { type Context, Hono } from 'hono';
import { DaybookError } from '../lib/errors.ts';
import { failure } from './failures.ts';
import { keepScript, keptScript } from './kept-scripts.ts';
import { encodedBody } from './page-routes.ts';
import { clientScripts, features, openScripts, ownScripts, type Script } from './scripts.ts';
import type { World } from './world.ts';

/**
 * The scripts as pages of any site load them: small, cached for an hour, then asked for by their
 * tag. Under a name with its hash a script is the same for ever.
 */
export function trackerRoutes(world: World): Hono {
  const routes = new Hono();
  const scripts = openScripts(world);
  routes.get('/js/:name', async (c) => {
    const name = c.req.param('name');
    const script = await scripts.named(name);
    if (script !== undefined) return send(c, script);
    const kept = await lastingScript(name);
    if (kept !== undefined) return send(c, kept, true);
    const problem =
      `there is no script ${JSON.stringify(name)}; expected ${ownScripts.join(', ')}, pa-ID.js, ` +
      `or script.js and plausible.js with features of ${features.join(', ')}`;
    return failure(c, new DaybookError('not-found', problem), 'error', world);
  });
  for (const [path, file] of Object.entries(clientScripts)) {
    const script = scripts.ofClients(file);
    if (script !== undefined) routes.get(path, (c) => send(c, script));
  }
  const { scriptPath } = world;
  if (scriptPath !== undefined)
    routes.get(scriptPath, async (c, next) => {
      const script = await scripts.named('daybook.v1.js');
      return script === undefined ? next() : send(c, script);
    });

  /** Who asks for a script by its hash may go on doing so: it is kept, before it is given. */
  async function lastingScript(name: string): Promise<Script | undefined> {
    const of = ownScripts.find((own) => scripts.lasting(own) === name);
    const script = of && (await scripts.named(of));
    if (script === undefined) return keptScript(world.home.rows, name);
    await keepScript(world.home.rows, name, script);
    return script;
  }

  return routes;
}

function send(c: Context, { page, hash }: Script, isLasting = false): Response {
  const { body, headers: encoding } = encodedBody(c, page);
  // Each encoding has a tag of its own, since its bytes are others.
  const tag = `"${[hash, encoding['Content-Encoding']].filter(Boolean).join('-')}"`;
  const headers = {
    Vary: 'Accept-Encoding',
    'Access-Control-Allow-Origin': '*',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': isLasting ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
    'X-Content-Type-Options': 'nosniff',
    ETag: tag,
  };
  const known = c.req.header('if-none-match')?.split(',');
  if (known?.some((one) => one.trim().replace(/^W\//, '') === tag))
    return c.body(null, 304, headers);
  return c.body(body, 200, {
    ...headers,
    ...encoding,
    'Content-Type': 'text/javascript; charset=utf-8',
  });
}
