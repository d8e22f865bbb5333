import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { MadeLink } from '../api/types.ts';
import { showMoment } from '../model/dates.ts';
import { queryFilters } from '../model/filters.ts';
import { mustFix, sharedAddress } from '../model/share.ts';
import { moment, publicUrl, sites, view } from '../state/app-state.ts';
import { shareTexts } from '../texts/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Link } from '../ui/link.tsx';
import { LinkForm } from './link-form.tsx';
import { LinkMade } from './link-made.tsx';

/** Makes a link to exactly this view. */
export function ShareDialog({ onClose }: { onClose: () => void }) {
  const [made, setMade] = useState<MadeLink | undefined>();
  const [fixes, setFixes] = useState(true);
  const { site = '', filters } = view.value;
  const isOpen = sites.value.some(({ domain, open }) => open && domain === site);
  const must = mustFix(filters);
  const isFixed = filters.length > 0 && (fixes || must);
  return (
    <Dialog title={shareTexts.title} onClose={onClose}>
      {made === undefined ? (
        <>
          <p class="soft">{shareTexts.whoSees(site)}</p>
          {isOpen && (
            <p class="warning" role="note">
              {shareTexts.isOpen}{' '}
              <Link to={{ page: 'settings', section: 'share' }}>{shareTexts.changeThat}</Link>
            </p>
          )}
          {filters.length > 0 && (
            <label class="switch">
              <input
                type="checkbox"
                checked={isFixed}
                disabled={must}
                onChange={({ currentTarget: { checked } }) => setFixes(checked)}
              />{' '}
              {shareTexts.filtersStay}
            </label>
          )}
          <LinkForm
            firstName={shareTexts.firstName(showMoment(Date.now(), moment.value.zone))}
            onSave={async (fields) => {
              const fixed = isFixed ? queryFilters(filters) : [];
              setMade(await api.addSharedLink(site, { ...fields, filters: fixed }));
            }}
          />
        </>
      ) : (
        <LinkMade
          link={made}
          domain={site}
          address={sharedAddress(
            { origin: publicUrl.value, secret: made.secret },
            view.value,
            isFixed,
          )}
        />
      )}
    </Dialog>
  );
}
