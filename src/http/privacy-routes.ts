import { privacyFacts } from '../account/privacy/facts.ts';
import { statementMarkdown, statementText } from '../account/privacy/markdown.ts';
import { privacyStatement } from '../account/privacy/statement.ts';
import { visitorPass, visitorPassMs } from '../account/visitor-pass.ts';
import { DaybookError } from '../lib/errors.ts';
import { privacyFragment, privacyPage, privacyPolicy } from './privacy-page.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { privacyAsked, visitorPassMade } = schemasOf(() => import('./schemas/privacy.ts'));

const htmlType = 'text/html; charset=utf-8';

/** What a site collects of its visitors, and whose hits a browser's are. */
export const privacyRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/privacy/:site', who: 'reports', tag: 'Privacy' },
    ...{ site: { in: 'path', name: 'site' }, publishedBy: 'privacyPage', query: privacyAsked },
    summary: 'What a site collects of its visitors',
    description:
      'A page without scripts, written from the settings of the site. With `privacy_page` on, ' +
      'anyone may read it. `fragment`, `markdown` and `text` are for a policy of one’s own.',
    answers: {
      200: { description: 'it', type: ['text/html', 'text/markdown', 'text/plain'] },
    },
    handle:
      (world) =>
      async ({ c, site, query: { format } }) => {
        const statement = privacyStatement(site, await privacyFacts(world, site), world.clock());
        const [type, text] = {
          page: () => [htmlType, privacyPage(statement)] as const,
          // As text: what is shown of it is to be copied.
          fragment: () => ['text/plain; charset=utf-8', privacyFragment(statement)] as const,
          markdown: () => ['text/markdown; charset=utf-8', statementMarkdown(statement)] as const,
          text: () => ['text/plain; charset=utf-8', statementText(statement)] as const,
        }[format]();
        return c.body(text, 200, {
          'Content-Type': type,
          'Content-Security-Policy': privacyPolicy,
          'X-Content-Type-Options': 'nosniff',
          'Referrer-Policy': 'no-referrer',
          'Cache-Control': 'no-store',
        });
      },
  }),
  route({
    ...{ method: 'POST', path: '/api/v1/sites/:site/visitor-pass', who: 'admin', tag: 'Privacy' },
    ...{ site: { in: 'path', name: 'site' }, does: 'visitor.ask' },
    summary: 'A pass to ask which visitors of a site somebody is',
    description: 'It holds for 5 minutes. `POST /api/v1/visitors` takes it.',
    answers: { 200: { description: 'the pass', schema: visitorPassMade } },
    handle:
      ({ owner, clock }) =>
      async ({ c, site }) => {
        const keyHash = await owner.keyHash();
        if (keyHash === undefined) throw new DaybookError('not-found', 'there is no owner key yet');
        const untilMs = clock() + visitorPassMs;
        c.header('Cache-Control', 'no-store');
        return c.json({
          pass: visitorPass(keyHash, site, untilMs),
          until: new Date(untilMs).toISOString(),
        });
      },
  }),
];
