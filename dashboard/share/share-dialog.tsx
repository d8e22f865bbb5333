import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { MadeLink } from '../api/types.ts';
import { queryFilters } from '../model/filters.ts';
import { mustFix, sharedAddress } from '../model/share.ts';
import { publicUrl, sites, view } from '../state/app-state.ts';
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
    <Dialog title="Share this view" onClose={onClose}>
      {made === undefined ? (
        <>
          <p class="soft">
            Who has the link sees this report of {site}, with its dates, and can change the dates.
            There are no single hits, settings or other sites behind it.
          </p>
          {isOpen && (
            <p class="warning" role="note">
              Anyone may read all of this site without a link: a password keeps nobody out.{' '}
              <Link to={{ page: 'settings', section: 'share' }}>Change that</Link>
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
              Its filters stay: only what fits them can be seen, and rates of all visitors
            </label>
          )}
          <LinkForm
            firstName={`View of ${new Date().toLocaleString('en-GB', dateStyle)}`}
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

const dateStyle = { dateStyle: 'medium', timeStyle: 'short' } as const;
