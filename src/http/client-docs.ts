import type { Route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const clients = schemasOf(() => import('./schemas/clients.ts'));
const { batchAnswer, countQuery, counts, countsQuery, nothing, refused } = clients;
const { sent, sentAnswer, sentBatch } = clients;

const count = {
  description:
    "The site is `?site=`; else that which has the first label of the host's name as an alias; " +
    'else that of the page; else the default one. `X-Goatcounter` says why nothing was counted.',
  takes: { query: countQuery },
  answers: {
    200: { description: 'taken, or dropped: an image', type: 'image/gif' },
    202: { description: 'from an excluded address: an image', type: 'image/gif' },
    400: { description: 'not valid, or of no site: an image', type: 'image/gif' },
  },
};

/** What routes of other products' clients take and give. */
export const clientDocs: Readonly<
  Record<string, Pick<Route, 'description' | 'answers' | 'takes'>>
> = {
  'POST /api/send': {
    description:
      'The site is named by `website`: an alias, or its domain. A robot is answered `beep boop`.',
    takes: { body: sent },
    answers: { 200: { description: 'durable, or dropped', schema: sentAnswer } },
  },
  'POST /api/batch': {
    description: 'At most 1,000 of what `/api/send` takes; each is read by itself.',
    takes: { body: sentBatch },
    answers: { 200: { description: 'what became of them', schema: batchAnswer } },
  },
  'POST /count': count,
  'GET /count': count,
  'POST /api/v0/count': {
    description:
      'With a key that may write. The site is `?site=`, that of the key, or the default one. ' +
      '`X-Goatcounter-Filter` has the places of the hits that were dropped.',
    takes: { body: counts, query: countsQuery },
    answers: {
      202: { description: 'all are durable, or dropped', schema: nothing },
      400: { description: 'what was expected, of the whole or of some hits', schema: refused },
    },
  },
};
