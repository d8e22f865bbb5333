import { DaybookError } from '../lib/errors.ts';
import { type Route, route } from './route.ts';

/** `/metrics`: how the server does, for Prometheus. What each says is in docs/monitoring.md. */
export const metricsRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/metrics', who: 'viewer', tag: 'Health' },
    summary: 'How the server does, in numbers, for Prometheus',
    description:
      'It takes a role for all sites: a key of scope `read` will do. Nothing of visitors and of ' +
      'sites is in it. Functions on AWS have no such numbers: CloudWatch has theirs.',
    answers: { 200: { description: 'the metrics', type: 'text/plain' } },
    errors: [404],
    handle:
      ({ metrics }) =>
      async ({ c }) => {
        if (metrics === undefined)
          throw new DaybookError('not-found', 'functions have no metrics here: see CloudWatch');
        const { type, text } = await metrics();
        return c.body(text, 200, { 'Content-Type': type });
      },
  }),
];
