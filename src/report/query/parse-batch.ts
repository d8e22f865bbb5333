import { DaybookError } from '../../lib/errors.ts';
import { fail } from './expect.ts';
import { type Limits, limitsOf } from './limits.ts';
import { parseQuery } from './parse.ts';
import type { Query, QuerySite } from './types.ts';

/**
 * Parses the queries of a batch. It is answered whole or not at all: throws `bad-input` that names
 * the query that is wrong, `queries[2].metrics[0]: …`. `limits` as for `parseQuery`.
 */
export function parseBatch(
  bodies: unknown,
  site: QuerySite,
  limits: Limits = limitsOf.owner,
): Query[] {
  if (!Array.isArray(bodies) || bodies.length > limits.queries) {
    return fail(
      'queries',
      `a list of at most ${limits.queries} queries${limits.of}`,
      Array.isArray(bodies) ? bodies.length : bodies,
    );
  }
  return bodies.map((body, i) =>
    namingErrors(`queries[${i}]`, () => parseQuery(body, site, limits)),
  );
}

/** Puts a place before the fields that an error names. */
function namingErrors<T>(at: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    const fields = Object.fromEntries(
      Object.entries(error.fields ?? {}).map(([name, texts]) => [`${at}.${name}`, [...texts]]),
    );
    throw new DaybookError(error.fault, `${at}.${error.message}`, { fields });
  }
}
