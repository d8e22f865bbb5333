import { shellTexts } from '../texts/texts.ts';
import { Link } from './link.tsx';

/** In the place of a page that is not for one's role. */
export function NotYours() {
  return (
    <main class="page">
      <h1>{shellTexts.notYours}</h1>
      <p class="soft">{shellTexts.askAnAdmin}</p>
      <p class="ways">
        <Link class="button main" to={{ page: 'sites', site: undefined }}>
          {shellTexts.allSites}
        </Link>
      </p>
    </main>
  );
}
