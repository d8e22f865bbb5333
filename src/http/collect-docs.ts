import { clientDocs } from './client-docs.ts';
import type { Route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { askedAbout, visitorsFound } = schemasOf(() => import('./schemas/privacy.ts'));

/** What collecting routes take and give, for the description of the API. */
type Docs = Pick<Route, 'description' | 'answers' | 'takes'>;

const { event, events, kept, live, notReady, pageview, pageviewQuery, pixelQuery, ready, results } =
  schemasOf(() => import('./schemas/collecting.ts'));

const deploy: Docs = {
  description: 'Every well-formed body is kept, whoever sent it; further fields are given back.',
  takes: {
    body: pageview,
    query: pageviewQuery,
  },
  answers: {
    200: {
      description: "the row's id; null where the owner excludes it",
      schema: kept,
    },
  },
};

const docs: Readonly<Record<string, Docs>> = {
  'POST /api/event': {
    description: 'What was dropped is named in the header `x-daybook-dropped`.',
    takes: { body: event },
    answers: { 202: { description: 'durable, or dropped', type: 'text/plain' } },
  },
  'POST /api/events': {
    description:
      'With a key that may write. Each event is read by itself: the results are in the order of ' +
      'the events, and those that are accepted are durable.',
    takes: { body: events },
    answers: { 200: { description: 'what became of each event', schema: results } },
  },
  'GET /pixel.gif': {
    description:
      'For pages and mails without scripts. The page is `u`, else the header `Referer`; the ' +
      "language is the browser's.",
    takes: { query: pixelQuery },
    answers: { 200: { description: 'taken, or dropped: an image', type: 'image/gif' } },
  },
  'POST /analytics': deploy,
  'POST /default/analytics': deploy,
  ...clientDocs,
  'POST /api/v1/visitors': {
    description:
      'One for each day whose salt still exists: 48 hours after a day nobody can tell any more. ' +
      'Their hits are at `GET /api/hits?visitor=…`, and are erased by an erasure with `visitor`. ' +
      'Neither address nor user agent is kept or logged.',
    takes: { body: askedAbout },
    answers: { 200: { description: 'the visitors, by day', schema: visitorsFound } },
  },
  'GET /health/live': {
    answers: { 200: { description: 'it does', schema: live } },
  },
  'GET /health/ready': {
    answers: {
      200: {
        description: 'it can; `clock` says what is wrong with the clock',
        schema: ready,
      },
      503: {
        description: 'it cannot, and why',
        schema: notReady,
      },
    },
  },
};

/** Routes of the collecting process, which knows no schemas, with what they take and give. */
export const withDocs = (routes: readonly Route[]): readonly Route[] =>
  routes.map((one) => ({ ...one, ...docs[`${one.method} ${one.path}`] }));
