import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { PrivacySection, PrivacyStatement } from '../account/privacy/statement.ts';

/** The colours of the dashboard (`dashboard/style/base.css`). */
const style = `
:root { color-scheme: light dark; --paper: light-dark(#fbfaf6, #14161a);
  --ink: light-dark(#1d1c1a, #ece8df); --soft: light-dark(#6d685e, #a6a196);
  --rule: light-dark(#e7e2d6, #2b2f36); --accent: light-dark(#0f6b5c, #63c7b0); }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 25px; font-weight: 600; line-height: 1.25; margin: 0 0 1.25rem;
  overflow-wrap: anywhere; }
h2 { font-size: 15px; font-weight: 600; margin: 1.75rem 0 0; padding-top: .9rem;
  border-top: 1px solid var(--rule); }
p { margin: .5rem 0 0; overflow-wrap: anywhere; }
dl { margin: .75rem 0 0; display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; }
dt, dd { margin: 0; padding: .3rem 0; border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
dt { padding-right: 1rem; }
dd, footer { color: var(--soft); }
footer { margin-top: 2.5rem; padding-top: .9rem; border-top: 1px solid var(--rule); }
a { color: var(--accent); }
@media (max-width: 36rem) {
  main { padding-top: 1.5rem; }
  dl { display: block; } dt { padding-bottom: 0; } dd { border-top: 0; padding-top: 0; }
}
`;

/** It runs no script, loads nothing, sends no form, and is shown in no frame. */
export const privacyPolicy =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

export function privacyPage(statement: PrivacyStatement): string {
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${statement.title}</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<h1>${statement.title}</h1>
${raw(privacyFragment(statement))}
<footer>Written by Daybook from the settings of the site, as they are now. As
<a href="?format=markdown">Markdown</a>, <a href="?format=text">text</a> or
<a href="?format=fragment">HTML</a> for a policy of one’s own.</footer>
</main>
</body>
</html>
`);
}

/** What stands below the title, to be put into another page: without classes and styles. */
export const privacyFragment = ({ sections }: PrivacyStatement): string =>
  sections.map((one) => String(sectionHtml(one))).join('\n');

const sectionHtml = ({ title, paragraphs, fields = [] }: PrivacySection) => html`<section>
<h2>${title}</h2>
${paragraphs.map((text) => html`<p>${text}</p>\n`)}${
  fields.length === 0
    ? ''
    : html`<dl>
${fields.map(({ name, words }) => html`<dt>${name}</dt><dd>${words}</dd>\n`)}</dl>
`
}</section>`;
