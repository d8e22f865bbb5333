import { nameTexts } from '../texts/texts.ts';

/** What addresses and queries name all sites together by. */
export const everySite = '*';

/** A site as people read it. */
export const siteName = (site: string) => (site === everySite ? nameTexts.everySite : site);
