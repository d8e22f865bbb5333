import { openPage } from './all-sites.ts';
import { quietly } from './quietly.ts';
import { findTag, readTag } from './tag.ts';

/**
 * Daybook's tracker, at `/js/daybook.v1.js` and, with less in it, `/js/daybook.small.v1.js`. A
 * published URL never changes its meaning: a change of meaning would become v2. It sets no cookie,
 * and stores nothing but the wish not to be counted, unless its tag says that hits may wait there.
 *
 *   <script defer data-domain="example.com"
 *     src="https://daybook.example/js/daybook.v1.js"></script>
 *
 * `options.ts` lists what a tag may say.
 */
quietly(() => openPage()(readTag(findTag())))();
