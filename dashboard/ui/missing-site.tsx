import { view } from '../state/app-state.ts';
import { Link } from './link.tsx';

/** Shown to the owner where the address names no existing site. Others are sent to sign in. */
export function MissingSite() {
  const domain = view.value.site ?? '';
  return (
    <main class="page">
      <h1>There is no site {domain}</h1>
      <p class="soft">It was not added yet, goes by another name, or was removed.</p>
      <p class="ways">
        <Link class="button main" to={{ page: 'sites', site: undefined }}>
          All sites
        </Link>
        <Link class="button" to={{ page: 'add' }}>
          Add it
        </Link>
      </p>
    </main>
  );
}
