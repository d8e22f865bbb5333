import { ownVisitTexts } from '../texts/texts.ts';

/** Only the site's own pages can mark a browser: so it is done by links to them. */
export function OwnVisits({ domain }: { domain: string }) {
  const link = (word: string) => `https://${domain}/#daybook-${word}`;
  return (
    <section aria-labelledby="own-visits">
      <h3 id="own-visits">{ownVisitTexts.title}</h3>
      <p>
        {ownVisitTexts.words(
          <a href={link('ignore')}>{link('ignore')}</a>,
          <a href={link('count')}>{'#daybook-count'}</a>,
        )}
      </p>
    </section>
  );
}
