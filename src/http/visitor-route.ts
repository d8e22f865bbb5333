import { siteOfPass } from '../account/visitor-pass.ts';
import { askedVisitors, readTraits } from '../collect/asked-visitor.ts';
import { DaybookError } from '../lib/errors.ts';
import { refusedField } from '../lib/refused-fields.ts';
import { readJson } from './request-json.ts';
import { type Route, route } from './route.ts';

/** A user agent has a few hundred bytes; headers together have 16 KB. */
const maxBytes = 32_768;

/**
 * Which visitors a browser is: for the answer to a person who asks for their hits. On AWS the
 * collect function answers it, the only one that may read salts. It knows neither people nor
 * schemas: the pass says that it may.
 */
export const visitorRoutes: readonly Route[] = [
  route({
    ...{ method: 'POST', path: '/api/v1/visitors', who: 'anyone', tag: 'Privacy' },
    summary: 'The visitors that an address and a user agent are',
    answers: {},
    errors: [400, 401, 413],
    handle:
      ({ home, owner, clock }) =>
      async ({ c }) => {
        const fields = await readJson(c, { maxBytes }, true);
        const keyHash = await owner.keyHash();
        const pass = textOf(
          fields,
          'pass',
          'a pass: POST /api/v1/sites/SITE/visitor-pass gives it',
        );
        const siteId = keyHash && siteOfPass(keyHash, pass, clock());
        if (!siteId)
          throw new DaybookError('not-signed-in', 'this pass has ended, or never was one');
        const traits = readTraits(
          textOf(fields, 'address', 'an IP address'),
          textOf(fields, 'user_agent', 'a user agent'),
        );
        const found = await askedVisitors(home.salts, siteId, traits, clock());
        c.header('Cache-Control', 'no-store');
        return c.json({
          visitors: found.map(({ untilMs, ...one }) => ({
            ...{ ...one, until: new Date(untilMs).toISOString() },
          })),
        });
      },
  }),
];

function textOf(fields: Readonly<Record<string, unknown>>, name: string, what: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw refusedField(name, `expected ${what}`);
}
