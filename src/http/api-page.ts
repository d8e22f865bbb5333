import { html, raw } from 'hono/html';

/** The parts of an OpenAPI description that the page shows. */
type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
};

type Operation = {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly object[];
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'path' | 'query';
    readonly required: boolean;
    readonly description?: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
  };
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
};

export type Api = {
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

type Entry = Operation & { readonly method: string; readonly path: string };

const style = `
:root { color-scheme: light dark; --ink: light-dark(#23201c, #e8e3da);
  --paper: light-dark(#fbf9f5, #1b1a18); --line: light-dark(#ddd6c9, #3a372f);
  --soft: light-dark(#6b645a, #a39c8f); --box: light-dark(#f3efe7, #24221f);
  --accent: light-dark(#1f5f8b, #7db8e0); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; }
h1 { font-size: 1.6rem; margin: 0 0 .5rem; }
h2 { margin: 3rem 0 .5rem; font-size: 1.2rem; border-bottom: 1px solid var(--line);
  padding-bottom: .3rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
h3 code { font-weight: 400; }
article { padding: 1.4rem 0; border-bottom: 1px solid var(--line); }
p { margin: .4rem 0; }
a { color: var(--accent); }
nav { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr));
  gap: .4rem 1.5rem; margin-top: 1.5rem; }
nav ul { padding: 0; margin: 0 0 .6rem; list-style: none; }
nav p { margin: 0; }
nav li { margin: .1rem 0; overflow-wrap: anywhere; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
.who, .soft { color: var(--soft); }
.method { display: inline-block; min-width: 4.5em; color: var(--accent);
  font: 600 13px/1.5 ui-monospace, monospace; }
code, pre { font: 13px/1.5 ui-monospace, monospace; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 4px;
  padding: .7rem .9rem; margin: .7rem 0 0; overflow-x: auto; user-select: all;
  white-space: pre-wrap;
  overflow-wrap: anywhere; }
table { border-collapse: collapse; margin: .6rem 0; width: 100%; }
td { border-top: 1px solid var(--line); padding: .3rem .8rem .3rem 0; vertical-align: top; }
td:nth-child(1), td:nth-child(2) { white-space: nowrap; width: 9rem; }
@media (max-width: 40rem) { td { display: block; border: 0; padding: 0 0 .1rem; }
  tr { display: block; border-top: 1px solid var(--line); padding: .3rem 0; } }
`;

/** The API as a page that asks nothing of anyone; a click selects an example. */
export function apiPage(description: Readonly<Record<string, unknown>>): string {
  const api = description as unknown as Api;
  const entries = Object.entries(api.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, one]): Entry => ({ ...one, method, path })),
  );
  const tags = [...new Set(entries.flatMap((one) => one.tags))];
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Daybook: the API</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>The API of Daybook</h1>
<p>Version ${api.info.version}. As <a href="../api/openapi.json">OpenAPI 3.1</a>, for programs.
A key is sent as <code>Authorization: Bearer KEY</code>. Errors are
<code>{"error": "…", "field": "…"}</code>. A click on an example selects it; <code>$DAYBOOK</code>
is where this Daybook is, <code>$KEY</code> the owner key, <code>$SECRET</code> a shared link's,
<code>$PASS</code> that of a route before.</p>
<nav aria-label="Routes">${tags.map((tag) => index(tag, entries))}</nav>
${tags.map((tag) => section(tag, entries, api))}
</main>
</body>
</html>`);
}

const ofTag = (tag: string, entries: readonly Entry[]) =>
  entries.filter(({ tags }) => tags.includes(tag));

const methodOf = (method: string) => html`<span class="method">${method.toUpperCase()}</span>`;

const index = (tag: string, entries: readonly Entry[]) => html`<div><p class="soft">${tag}</p><ul>
${ofTag(tag, entries).map(
  ({ operationId, method, path }) =>
    html`<li><a href="#${operationId}">${methodOf(method)} ${path}</a></li>`,
)}</ul></div>`;

const section = (tag: string, entries: readonly Entry[], api: Api) => html`<section><h2>${tag}</h2>
${ofTag(tag, entries).map((one) => article(one, api))}</section>`;

function article(one: Entry, api: Api) {
  const { operationId, method, path, summary, description, parameters, responses } = one;
  const body = bodyOf(one, api);
  const rows = [
    ...parameters.map(({ name, in: where, required, schema, description: said }) => ({
      ...{ name, required, note: where, text: said ?? textOf(schema, api) },
    })),
    ...Object.entries(body?.properties ?? {}).map(([name, schema]) => ({
      ...{ name, required: body!.required?.includes(name) ?? false, note: 'body' },
      text: textOf(schema, api),
    })),
  ];
  return html`<article id="${operationId}">
<h3>${methodOf(method)} <code>${path}</code></h3>
<p>${prose(summary)}. <span class="who">${whoOf(one)}.</span> ${prose(description ?? '')}</p>
${
  rows.length === 0
    ? ''
    : html`<table>${rows.map(
        ({ name, required, note, text }) =>
          html`<tr><td><code>${name}</code></td>
<td class="soft">${note}${required ? ', needed' : ''}</td><td>${prose(text)}</td></tr>`,
      )}</table>`
}
<p class="soft">${prose(
    Object.entries(responses)
      .map(([status, { description: said }]) => `${status}: ${said}`)
      .join(' · '),
  )}</p>
<pre>${example(one, api)}</pre>
</article>`;
}

/** What stands between backticks is code. */
const prose = (text: string) =>
  text.split('`').map((part, i) => (i % 2 === 0 ? part : html`<code>${part}</code>`));

function whoOf({ security }: Entry): string {
  const isOpen = security.some((one) => Object.keys(one).length === 0);
  const isByLink = security.some((one) => 'link' in one);
  if (!isOpen) return isByLink ? 'Who has the link' : 'The owner';
  if (security.length === 1) return 'Anyone';
  return isByLink
    ? 'The owner; of an open or public site anyone; who has a link'
    : 'The owner; of an open site anyone';
}

const bodyOf = ({ requestBody }: Entry, api: Api): Schema | undefined =>
  requestBody && resolved(Object.values(requestBody.content)[0]!.schema, api);

const resolved = (schema: Schema, api: Api): Schema =>
  schema.$ref === undefined ? schema : api.components.schemas[schema.$ref.split('/').at(-1)!]!;

/** What may stand in a field, in words. */
function textOf(given: Schema, api: Api): string {
  const schema = resolved(given, api);
  if (schema.description !== undefined) return schema.description;
  if (schema.enum !== undefined) return schema.enum.join(', ');
  if (schema.prefixItems !== undefined)
    return `[${schema.prefixItems.map((one) => textOf(one, api)).join('; ')}]`;
  if (schema.items !== undefined) return `a list: ${textOf(schema.items, api)}`;
  if (schema.properties !== undefined)
    return Object.keys(schema.properties)
      .map((name) => `\`${name}\``)
      .join(', ');
  if (schema.anyOf !== undefined)
    return [...new Set(schema.anyOf.map((one) => textOf(one, api)))].filter(Boolean).join(', or ');
  return schema.type === undefined ? '' : String(schema.type);
}

/** A value that the schema takes. */
function sample(given: Schema, api: Api): unknown {
  const schema = resolved(given, api);
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return sample(schema.anyOf[0]!, api);
  if (schema.properties !== undefined)
    return Object.fromEntries(
      Object.entries(schema.properties)
        .filter(([name, one]) => schema.required?.includes(name) || one.example !== undefined)
        .map(([name, one]) => [name, sample(one, api)]),
    );
  if (schema.type === 'array') return schema.items === undefined ? [] : [sample(schema.items, api)];
  if (schema.type === 'number' || schema.type === 'integer') return 1;
  return schema.type === 'boolean' ? true : 'text';
}

/** JSON between a shell's single quotes, in which secrets are put in their places all the same. */
const jsonText = (value: unknown) => JSON.stringify(value).replace(/\$(?:KEY|PASS)/g, `'"$&"'`);

function example(one: Entry, api: Api): string {
  const { method, path, parameters, security } = one;
  const value = (name: string) =>
    ['site', 'site_id'].includes(name) ? 'example.com' : name.toUpperCase();
  const query = parameters
    .filter(({ in: where, required, schema }) => where === 'query' && (required || schema.example))
    .map(({ name, schema }) => `${name}=${schema.example ?? value(name)}`)
    .join('&');
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'secret' ? '$SECRET' : value(name),
  );
  const body = bodyOf(one, api);
  const command = method === 'get' ? 'curl' : `curl -X ${method.toUpperCase()}`;
  const [first = {}, ...others] = security;
  const isOpen = others.length === 0 && Object.keys(first).length === 0;
  const shown =
    others.length === 0 && 'link' in first ? 'Daybook-Link: $SECRET' : 'Authorization: Bearer $KEY';
  return [
    `${command} "$DAYBOOK${address}${query && `?${query}`}"`,
    ...(isOpen ? [] : [`-H "${shown}"`]),
    ...(body === undefined
      ? []
      : [`-H "Content-Type: application/json"`, `-d '${jsonText(sample(body, api))}'`]),
  ].join(' \\\n  ');
}
