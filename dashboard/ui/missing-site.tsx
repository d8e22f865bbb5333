import { view } from '../state/app-state.ts';
import { may } from '../state/rights.ts';
import { shellTexts } from '../texts/texts.ts';
import { Link } from './link.tsx';

/** In the place of a site that does not exist, for who has signed in. Others sign in first. */
export function MissingSite() {
  const domain = view.value.site ?? '';
  return (
    <main class="page">
      <h1>{shellTexts.noSite(domain)}</h1>
      <p class="soft">{shellTexts.whyNoSite}</p>
      <p class="ways">
        <Link class="button main" to={{ page: 'sites', site: undefined }}>
          {shellTexts.allSites}
        </Link>
        {may('addSite') && (
          <Link class="button" to={{ page: 'add' }}>
            {shellTexts.addIt}
          </Link>
        )}
      </p>
    </main>
  );
}
