import { base } from '../api/base.ts';
import { intl, pageViewTexts } from '../texts/texts.ts';
import { type Analytics, readPages } from './all-pages.ts';
import { signInPage } from './next-page.ts';
import { countByPage, type PageViews } from './page-views.ts';

/**
 * A small page that shows the number of page views, in all and for each path. Everything is written
 * as text, never as HTML.
 */
const report = document.querySelector<HTMLElement>('#report')!;
const siteName = document.querySelector<HTMLElement>('#site')!;
const domain = new URLSearchParams(location.search).get('site');
const rowsAtFirst = 50;
const figure = new Intl.NumberFormat(intl.numbers);

async function load(): Promise<void> {
  siteName.textContent = domain ?? '';
  try {
    const answer = await readPages(fetch, domain);
    if ('Items' in answer) {
      if (answer.Count === 0) showEmpty();
      else show(answer);
    } else if (answer.status === 401) location.replace(signInPage(location));
    else if (answer.status === 404) await offerSites();
    else problem(pageViewTexts.failed(answer.status));
  } catch {
    problem(pageViewTexts.unreachable);
  }
}

function show({ Items, Count }: Analytics): void {
  const pages = countByPage(Items);
  const total = element('p', { class: 'total' }, [
    element('span', { class: 'soft' }, [pageViewTexts.total]),
    element('strong', { id: 'total' }, [figure.format(Count)]),
  ]);
  const body = element('tbody', {}, pages.slice(0, rowsAtFirst).map(rowOf(pages[0]!.views)));
  const table = element('table', { id: 'chart' }, [
    element('caption', {}, [pageViewTexts.caption]),
    element('thead', {}, [
      element('tr', {}, [
        element('th', { scope: 'col' }, [pageViewTexts.path]),
        element('th', { scope: 'col' }, [pageViewTexts.views]),
      ]),
    ]),
    body,
  ]);
  report.replaceChildren(total, table);
  const rest = pages.slice(rowsAtFirst);
  if (rest.length === 0) return;
  const more = element('button', { class: 'button more', type: 'button' }, [
    pageViewTexts.more(figure.format(rest.length)),
  ]);
  more.addEventListener('click', () => {
    body.append(...rest.map(rowOf(pages[0]!.views)));
    more.remove();
  });
  report.append(more);
}

function rowOf(most: number): (row: PageViews) => HTMLElement {
  return ({ page, views }) => {
    const row = element('tr', {}, [
      element('th', { scope: 'row', title: page }, [page]),
      element('td', {}, [figure.format(views)]),
    ]);
    row.style.setProperty('--share', `${(100 * views) / most}%`);
    return row;
  };
}

function showEmpty(): void {
  const where = domain === null ? '' : `?site=${encodeURIComponent(domain)}`;
  report.replaceChildren(
    element('div', { class: 'empty' }, [
      element('p', {}, [pageViewTexts.empty]),
      element('p', { class: 'soft' }, [pageViewTexts.first]),
      element('pre', {}, [
        `curl -d '{"pathname":"/"}' '${location.origin}${base}/analytics${where}'`,
      ]),
    ]),
  );
}

/** The site does not exist, or no site is the default: the owner chooses one from a list. */
async function offerSites(): Promise<void> {
  const answer = await fetch(`${base}/api/v1/sites`);
  if (!answer.ok) throw new Error(String(answer.status));
  const { sites } = (await answer.json()) as { sites: readonly { readonly domain: string }[] };
  const links = sites.map((site) =>
    element('li', {}, [
      element('a', { href: `?site=${encodeURIComponent(site.domain)}` }, [site.domain]),
    ]),
  );
  report.replaceChildren(
    element('div', { class: 'empty' }, [
      element('p', {}, [domain === null ? pageViewTexts.which : pageViewTexts.noSite(domain)]),
      sites.length === 0
        ? element('p', {}, [element('a', { href: `${base}/` }, [pageViewTexts.addFirst])])
        : element('ul', {}, links),
    ]),
  );
}

function problem(text: string): void {
  const again = element('button', { class: 'button', type: 'button' }, [pageViewTexts.tryAgain]);
  again.addEventListener('click', () => void load());
  report.replaceChildren(
    element('div', { class: 'empty' }, [element('p', {}, [text]), element('p', {}, [again])]),
  );
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>>,
  children: readonly (Node | string)[],
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

void load();
