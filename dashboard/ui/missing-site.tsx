import { view } from '../state/app-state.ts';
import { shellTexts } from '../texts/texts.ts';
import { Link } from './link.tsx';

/** Shown to the owner where the address names no existing site. Others are sent to sign in. */
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
        <Link class="button" to={{ page: 'add' }}>
          {shellTexts.addIt}
        </Link>
      </p>
    </main>
  );
}
