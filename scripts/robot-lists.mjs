// Writes src/model/robot-lists.ts: robots' names by what they are for, from the package
// crawler-user-agents (MIT), after a build: `npm run build && node scripts/robot-lists.mjs`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const { robotName } = await import(new URL('dist/src/collect/enrich/robot-name.js', root));
const crawlers = JSON.parse(
  readFileSync(new URL('node_modules/crawler-user-agents/crawler-user-agents.json', root), 'utf8'),
);

/** By the package's tags; of an agent with several, the first of these. */
const kinds = {
  'ai-crawler': 'AI training',
  'search-engine': 'Search engine',
  monitoring: 'Monitor',
  'social-preview': 'Link preview',
  'feed-reader': 'Feed reader',
  seo: 'SEO',
  advertising: 'Advertising',
  archiver: 'Archive',
  academic: 'Research',
  scanner: 'Scanner',
  'http-library': 'Library',
  'browser-automation': 'Automated browser',
};

/** What fetches a page when somebody asks about it, or to answer with: the package has one tag. */
const answers = new RegExp(
  '-User$|SearchBot$|^Perplexity|^DuckAssist|^(iAsk|You|Liner|Phind|Tavily)Bot|^kagi-fetcher|' +
    '^Gemini-Deep-Research|^Google-NotebookLM',
);

/** Words that many agents begin with are nobody's name. */
const noNames = /^(the|spider|web crawler)$/i;

const counts = new Map();
for (const { instances, tags = [] } of crawlers) {
  for (const agent of instances) {
    const name = robotName(agent);
    const tag = Object.keys(kinds).find((one) => tags.includes(one));
    if (tag === undefined || noNames.test(name) || !/^[\p{L}\d][\p{L}\d ._-]*$/u.test(name))
      continue;
    const kind = tag === 'ai-crawler' && answers.test(name) ? 'AI answers' : kinds[tag];
    const of = counts.get(name) ?? new Map();
    counts.set(name, of.set(kind, (of.get(kind) ?? 0) + 1));
  }
}

const lists = new Map();
for (const [name, of] of counts) {
  const [[kind]] = [...of].sort(([, a], [, b]) => b - a);
  lists.set(kind, [...(lists.get(kind) ?? []), name]);
}

/** Lines of at most 100 characters. */
function inLines(names) {
  const lines = [''];
  for (const name of names.sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1))) {
    const last = lines.at(-1);
    const more = last === '' ? name : `${last}|${name}`;
    if (more.length <= 92) lines[lines.length - 1] = more;
    else lines.push(name);
  }
  return lines.map((line) => `    ${line}`).join('|\n');
}

const shown = [...lists]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([kind, names]) => `  '${kind}': \`\n${inLines(names)}\`,`);
writeFileSync(
  fileURLToPath(new URL('src/model/robot-lists.ts', root)),
  `// Written by scripts/robot-lists.mjs, from the package crawler-user-agents ${
    JSON.parse(readFileSync(new URL('node_modules/crawler-user-agents/package.json', root))).version
  } (MIT).

/** Robots' names by what they are for. */
export const robotLists: Readonly<Record<string, string>> = {
${shown.join('\n')}
};
`,
);
