/** A text as HTML: what stands in it is never markup. */
export const escaped = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign]!,
  );

/**
 * Colours of the dashboard (`dashboard/style/base.css`). Mail programs show inline styles; those
 * that know `prefers-color-scheme` take the dark ones by class. Nothing is loaded from anywhere.
 */
const style = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .paper { background: #14161a !important; color: #ece8df !important; }
  .soft { color: #a6a196 !important; }
  .rule { border-color: #2b2f36 !important; }
  .bar { background: #63c7b0 !important; }
  .track { background: #22262c !important; }
  .link { color: #63c7b0 !important; }
  .up { color: #63c7b0 !important; }
  .down { color: #e2a08f !important; }
}`;

const font = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';

/** A whole mail. `body` and `foot` are HTML. */
export function mailHtml(title: string, body: string, foot: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body class="paper" style="margin:0;padding:0;background:#fbfaf6;color:#1d1c1a;${font}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="paper"
 style="background:#fbfaf6;color:#1d1c1a"><tr><td align="center" style="padding:28px 16px">
<table role="presentation" width="560" cellpadding="0" cellspacing="0" border="0"
 style="width:100%;max-width:560px;text-align:left"><tr><td style="${font};font-size:15px;
line-height:1.5">
${body}
<p class="soft rule" style="margin:32px 0 0;padding-top:14px;border-top:1px solid #e7e2d6;
color:#6d685e;font-size:13px">${foot}</p>
</td></tr></table>
</td></tr></table>
</body>
</html>
`;
}

export const link = (url: string, text: string) =>
  `<a href="${escaped(url)}" class="link" style="color:#0f6b5c">${escaped(text)}</a>`;

export const heading = (text: string) =>
  '<h1 style="margin:0;font-size:22px;line-height:1.25;font-weight:600;word-break:break-word">' +
  `${escaped(text)}</h1>`;
