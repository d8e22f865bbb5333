import type { Options, Track } from '../options.ts';

/** Says that the page is not there: where its tag says so, or where it was answered with 404. */
export function sayNotFound({ notFound }: Options, call: Track): void {
  const [loaded] = performance.getEntriesByType('navigation') as { responseStatus?: number }[];
  if (notFound && (notFound === 'page' || (loaded && loaded.responseStatus === 404)))
    call('404', { props: { path: location.pathname }, interactive: false });
}
