import { setupTexts } from '../texts/texts.ts';

/** A text for the owner to copy, so that hits of a site come to the Daybook at `origin`. */
export type Snippet = { readonly title: string; readonly words: string; readonly code: string };

/** Whether an address is reached from its own machine only. */
export const isLocal = (url: string) =>
  /^https?:\/\/(([^:/]+\.)?localhost(?=[:/]|$)|127\.|\[::1\]|0\.0\.0\.0)/.test(url);

export function snippets(origin: string, domain: string): readonly Snippet[] {
  // A site on localhost is usually in development: there the tracker counts only with `data-local`.
  const local = isLocal(`http://${domain}`) ? ' data-local' : '';
  const script = `${origin}/js/daybook.v1.js`;
  return [
    {
      title: setupTexts.everyPage,
      words: setupTexts.everyPageHow,
      code: `<script defer data-domain="${domain}"${local} src="${script}"></script>`,
    },
    {
      title: setupTexts.django,
      words: setupTexts.djangoHow,
      code: [
        'INSTALLED_APPS += ["daybook_django"]',
        `DAYBOOK_URL = "${origin}"`,
        `DAYBOOK_SITE = "${domain}"`,
      ].join('\n'),
    },
    {
      title: '',
      words: setupTexts.djangoTemplate,
      code: '{% load daybook %}{% daybook %}',
    },
    {
      title: setupTexts.tryIt,
      words: setupTexts.tryItHow,
      code: [
        `curl -i ${origin}/api/event \\`,
        `  -A 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' \\`,
        `  -d '{"name":"pageview","url":"http://${domain}/","domain":"${domain}"}'`,
      ].join('\n'),
    },
  ];
}
