import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vite';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => /\.tsx?$/.test(file) && !/\.(test|d|config)\.ts$/.test(file))
  // `pictures/` names drawings and services; the others are of the build.
  .filter((file) => !/^(texts|pictures)\/|^(drawn|notices|html-texts)\.ts$/.test(file));

/** What no language writes in another way, with the reason. */
const sameEverywhere = new Map([
  ['day', 'the mark, daybook'],
  ['book', 'the mark, daybook'],
  ['Ctrl K', 'stands on keys'],
  ['Enter', 'stands on a key'],
  ['Esc', 'stands on a key'],
  ['CSV', 'names a format'],
  ['NDJSON', 'names a format'],
  ['Parquet', 'names a format'],
  ['(not set)', 'is a value of the API'],
  ['Direct / None', 'is a value of the API'],
  ['Outbound Link: Click', 'is the name of an event'],
  ['File Download', 'is the name of an event'],
  ['Form: Submission', 'is the name of an event'],
  ['ArrowRight', 'is the name of a key in the browser'],
  ['--public-url https://stats.example.com', 'is typed'],
  ['#daybook-count', 'is typed'],
  ['daybook export --site', 'is typed'],
  ['daybook import export', 'is typed'],
]);

test.each(files)('%s has no text of its own', (file) => {
  expect(textsIn(file, readFileSync(`${folder}${file}`, 'utf8'))).toEqual([]);
});

test.each([
  ['<p>Nothing here.</p>', 'Nothing here.'],
  ['<p>{a ? `one of` : c}</p>', 'one of'],
  ['<p>{a && "late"}</p>', 'late'],
  ['<Dialog title={a ? "whole" : b} />', 'whole'],
  ['<input class="input wide" aria-label="Search" />', 'Search'],
  ['<b onClick={() => setProblem("Not this.")} />', 'Not this.'],
])('in %s it finds a text', (code, text) => {
  expect(textsIn('a.tsx', `\nconst a = ${code};`)).toEqual([`a.tsx:2: ${text}`]);
});

test.each([
  '<Link class="plain soft" to={{ page: "report" }}>{texts.more("all")}</Link>',
  '<p key="a b">{event.key === "Enter" ? texts.yes : `· –`}</p>',
  'document.querySelector("a, button") as Record<"Some text", string>',
])('in %s there is none', (code) => {
  expect(textsIn('a.tsx', `const a = ${code};`)).toEqual([]);
});

type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;

/** `FILE:LINE: TEXT` for each text in the code of a file that people would read. */
function textsIn(file: string, code: string): string[] {
  const found: string[] = [];
  visit(parseAst(code, { lang: 'tsx' }) as unknown as Node, false, (text, at) => {
    const line = code.slice(0, at).split('\n').length;
    // In models, a single word is the name of something.
    const isText = file.endsWith('.tsx') || / /.test(text);
    if (isText && !sameEverywhere.has(text)) found.push(`${file}:${line}: ${text}`);
  });
  return found;
}

/** Attributes and properties of components whose text is shown or read out. */
const spoken =
  /^(title|alt|label|name|placeholder|words|empty|action|aria-(label|valuetext|description))$/;
/** Those whose words are for the browser alone. */
const unspoken = /^(class|style|key|viewBox|aria-(labelledby|describedby))$/;

/** What code is asked for by its name. */
const lookUps = /^(querySelector|querySelectorAll|closest|matches|matchMedia)$/;

/** Code to be copied, which is no sentence. */
const isCode = (text: string) => /[<>={}\\]|\w\(/.test(text);

/** Begins as a sentence does, or has words with a space between them. */
const reads = (text: string) =>
  /^\p{Lu}\p{Ll}|\p{L}[,:]? \p{L}/u.test(text.trim()) && !isCode(text);

/** `isShown`: in a place whose text is shown, whatever it is. */
function visit(node: Node, isShown: boolean, say: (text: string, at: number) => void): void {
  const text = textOf(node);
  if (
    text !== undefined &&
    (isShown || node.type === 'JSXText' ? /\p{L}/u.test(text) : reads(text))
  )
    say(text.trim(), node.start);
  for (const [key, value] of Object.entries(node)) {
    const shown = placeOf(node, key, isShown);
    if (shown === undefined) continue;
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof (child as Node | null)?.type === 'string') visit(child as Node, shown, say);
  }
}

function textOf({ type, value }: Node): string | undefined {
  if (type === 'TemplateElement') return (value as { readonly cooked: string }).cooked;
  return (type === 'Literal' || type === 'JSXText') && typeof value === 'string'
    ? value
    : undefined;
}

/** Whether a part of a node is a place whose text is shown; undefined: it has no texts. */
function placeOf(node: Node, key: string, isShown: boolean): boolean | undefined {
  const { type } = node;
  if (/^(Import|TSType|TSInterface)/.test(type) || /^type[A-Z]|^returnType$/.test(key))
    return undefined;
  if (type === 'Property')
    return key === 'value' && !unspoken.test(nameOf(node['key'] as Node)) ? false : undefined;
  if (type === 'MemberExpression') return key === 'object' ? false : undefined;
  if (type === 'BinaryExpression' && /^[!=]==$/.test(String(node['operator']))) return undefined;
  if (type === 'CallExpression')
    return key === 'arguments' && lookUps.test(nameOf(node['callee'] as Node)) ? undefined : false;
  if (type === 'JSXAttribute') {
    const { name } = node['name'] as Node;
    return unspoken.test(String(name)) ? undefined : spoken.test(String(name));
  }
  if (type === 'JSXElement' || type === 'JSXFragment') return key === 'children';
  if (type === 'ConditionalExpression') return isShown && key !== 'test';
  if (type === 'LogicalExpression')
    return isShown && (key === 'right' || node['operator'] !== '&&');
  return isShown && /^(JSXExpressionContainer|TemplateLiteral|TS\w+Expression)$/.test(type);
}

/** Of what is called: the last part of its name. */
const nameOf = ({ name, property }: Node) =>
  String(name ?? (property as Node | undefined)?.['name'] ?? '');
