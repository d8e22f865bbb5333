/** Only the site's own pages can mark a browser: so it is done by links to them. */
export function OwnVisits({ domain }: { domain: string }) {
  const link = (word: string) => `https://${domain}/#daybook-${word}`;
  return (
    <section aria-labelledby="own-visits">
      <h3 id="own-visits">Your own visits</h3>
      <p>
        Open <a href={link('ignore')}>{link('ignore')}</a> in each browser of yours: from then on it
        sends nothing from this site. <a href={link('count')}>#daybook-count</a> takes that back.
      </p>
    </section>
  );
}
