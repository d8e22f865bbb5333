import { openPage, type PageFunction } from './all-sites.ts';
import type { Options, Track } from './options.ts';
import { endings } from './parts/clicks.ts';
import { quietly } from './quietly.ts';
import { findTag, readTag } from './tag.ts';

/**
 * What pages load that were made for Plausible: `/js/script.js`, `/js/plausible.js`, both with
 * features in their name (`/js/script.hash.outbound-links.js`), and `/js/pa-ID.js`, which waits for
 * `plausible.init`. It is our own tracker, with what the name says and Plausible's defaults.
 */
quietly(() => {
  // The server writes here what the name says, and the domain of the site that has the ID.
  const [features, domain] = ['FEATURES', 'DOMAIN'] as [string, string];
  const has = (feature: string) => features.split('.').indexOf(feature) >= 0;
  const tag = findTag();
  const options = readTag(tag);
  const page = window as typeof window & { plausible?: PageFunction };

  if (!has('pa')) {
    const read = (name: string) => tag && tag.getAttribute(name);
    const more = read('add-file-types');
    openPage()(
      Object.assign(options, {
        hash: has('hash'),
        local: has('local'),
        manual: has('manual'),
        outboundLinks: has('outbound-links'),
        fileDownloads:
          has('file-downloads') && (read('file-types') || (more ? `${endings},${more}` : true)),
      }),
    );
    return;
  }

  const start = (given?: Options) => {
    if (domain && !options.domain) options.domain = domain;
    if (given && given.endpoint) options.api = given.endpoint;
    const all = { outboundLinks: true, fileDownloads: true, formSubmissions: true };
    openPage()(Object.assign(all, options, given));
  };
  const stub: PageFunction =
    page.plausible ||
    ((...args: Parameters<Track>) => {
      stub.q = stub.q || [];
      stub.q.push(args);
    });
  page.plausible = stub;
  if (stub.o) start(stub.o);
  else stub.init = start;
})();
