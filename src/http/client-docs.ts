import type { Route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { batchAnswer, sent, sentAnswer, sentBatch } = schemasOf(
  () => import('./schemas/clients.ts'),
);

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
};
