import {
  addAnnotation,
  changeAnnotation,
  readAnnotations,
  removeAnnotation,
} from '../account/annotations.ts';
import { maxFieldsBytes } from './request-fields.ts';
import { type Route, route } from './route.ts';
import { schemasOf } from './schemas-of.ts';

const { deleted } = schemasOf(() => import('./schemas/common.ts'));
const { annotation, annotationChange, annotations, annotationsAsked, newAnnotation } = schemasOf(
  () => import('./schemas/annotations.ts'),
);

const site = { in: 'path', name: 'site' } as const;

const path = '/api/v1/sites/:site/annotations';

/** `/api/v1/sites/:site/annotations`: what happened on a day or at a moment. */
export const annotationRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path, who: 'rows', tag: 'Annotations', site },
    summary: 'The annotations of a site, in the order of time',
    description: '`from` and `to` are the site’s days, both inclusive.',
    query: annotationsAsked,
    answers: { 200: { description: 'them', schema: annotations } },
    handle:
      ({ home }) =>
      async ({ c, site: of, query }) =>
        c.json({ annotations: await readAnnotations(home, of, query) }),
  }),
  route({
    ...{ method: 'POST', path, who: 'editor', tag: 'Annotations', site },
    does: 'annotation.add',
    summary: 'Note something about a day or a moment',
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: newAnnotation },
    answers: { 200: { description: 'the annotation', schema: annotation } },
    handle:
      ({ home, collect }) =>
      async ({ c, site: of, body }) =>
        c.json(await addAnnotation(home, of.id, body, () => collect.random(4).toString('hex'))),
  }),
  route({
    ...{ method: 'PUT', path: `${path}/:id`, who: 'editor', tag: 'Annotations', site },
    does: 'annotation.change',
    summary: 'Change the date or the text of an annotation',
    body: { as: 'fields', maxBytes: maxFieldsBytes, schema: annotationChange },
    answers: { 200: { description: 'the annotation', schema: annotation } },
    errors: [404],
    handle:
      ({ home }) =>
      async ({ c, site: of, body }) =>
        c.json(await changeAnnotation(home, of.id, c.req.param('id')!, body)),
  }),
  route({
    ...{ method: 'DELETE', path: `${path}/:id`, who: 'editor', tag: 'Annotations', site },
    does: 'annotation.remove',
    summary: 'Remove an annotation',
    answers: { 200: { description: 'it is gone', schema: deleted } },
    errors: [404],
    handle:
      ({ home }) =>
      async ({ c, site: of }) => {
        await removeAnnotation(home, of.id, c.req.param('id')!);
        return c.json({ deleted: true });
      },
  }),
];
