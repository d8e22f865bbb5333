import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { View } from '../model/address.ts';
import { everySite, siteName } from '../model/every-site.ts';
import { showCount } from '../model/numbers.ts';
import {
  everySoOften,
  go,
  keepsRobots,
  lookAgain,
  missing,
  readsRows,
  sharing,
  signedIn,
  signOut,
  sites,
  view,
} from '../state/app-state.ts';
import { may, person, rights } from '../state/rights.ts';
import { shared } from '../state/shared.ts';
import { reportTexts, shellTexts } from '../texts/texts.ts';
import { FilterButton } from './filter-dialog.tsx';
import { lazy } from './lazy.tsx';
import { Link } from './link.tsx';
import { Menu } from './menu.tsx';
import { ChosenNumber } from './numbers-row.tsx';
import { CompareMenu, RangeArrows, RangeMenu } from './range-menu.tsx';

export function Header() {
  const { page } = view.value;
  const site = page === 'add' || missing.value ? undefined : view.value.site;
  return (
    <header class="top">
      <div class="top-site">
        {shared.value === undefined ? (
          <Link class="mark" to={{ page: 'sites', site: undefined }}>
            day<b>book</b>
          </Link>
        ) : (
          <span class="mark">
            day<b>book</b>
          </span>
        )}
        {site !== undefined &&
          (signedIn.value ? <SiteMenu domain={site} /> : <strong class="site">{site}</strong>)}
        {site !== undefined && site !== everySite && page === 'report' && (
          <VisitorsNow domain={site} key={site} />
        )}
        {site !== undefined && page === 'report' && <ChosenNumber />}
        {site !== undefined && page === 'live' && (
          <Link class="plain" to={{ page: 'report' }}>
            {shellTexts.report}
          </Link>
        )}
        {site === undefined && signedIn.value && (
          <span class="top-own">
            <OwnLinks />
            <SignOut />
          </span>
        )}
      </div>
      {page === 'report' && site !== undefined && (
        <div class="top-tools">
          <FilterButton />
          <RangeArrows />
          <RangeMenu />
          {site !== everySite && <CompareMenu />}
          {may('share', site) && site !== everySite && <ShareButton />}
          <MoreMenu />
        </div>
      )}
    </header>
  );
}

const ShareDialog = lazy(async () => (await import('../share/share-dialog.tsx')).ShareDialog);

function ShareButton() {
  const open = (isOpen: boolean) => {
    sharing.value = isOpen;
  };
  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={shellTexts.shareThis}
        onClick={() => open(true)}
      >
        {shellTexts.share}
      </button>
      {sharing.value && <ShareDialog onClose={() => open(false)} />}
    </>
  );
}

/** What else there is of a view; the foot has it, too. */
function MoreMenu() {
  const { site } = view.value;
  const download = { open: { name: 'download' } } as const;
  if (!readsRows.value || site === everySite)
    return (
      <Link class="button" to={download}>
        {reportTexts.download}
      </Link>
    );
  return (
    <Menu name={shellTexts.moreOfView} label={shellTexts.more}>
      {(close) => (
        <ul class="menu-list" onClick={close} onKeyDown={() => undefined}>
          <li>
            <Link to={{ open: { name: 'visits' } }}>{reportTexts.visits}</Link>
          </li>
          <li>
            <Link to={download}>{reportTexts.download}</Link>
          </li>
          {keepsRobots.value && (
            <li>
              <Link to={{ open: { name: 'robots' } }}>{reportTexts.robots}</Link>
            </li>
          )}
          <li>
            <Link to={{ open: { name: 'why' } }}>{reportTexts.why}</Link>
          </li>
        </ul>
      )}
    </Menu>
  );
}

/** With more sites than this there is a field to search them. */
const mostWithoutSearch = 8;

/** So many are listed; the others are found by typing. */
const mostListed = 30;

/** Goals and segments are a site's own, so no filter stays. */
export const everySiteView: Partial<View> = {
  ...({ page: 'report', site: everySite } as const),
  ...{ filters: [], open: undefined },
};

function SiteMenu({ domain }: { domain: string }) {
  const [typed, setTyped] = useState('');
  const all = sites.value.filter((site) => site.domain.includes(typed.trim().toLowerCase()));
  return (
    <Menu
      class="plain site"
      name={shellTexts.siteMenu(siteName(domain))}
      label={<span class="cut">{siteName(domain)}</span>}
    >
      {(close) => (
        <>
          {sites.value.length > mostWithoutSearch && (
            <input
              class="input menu-search"
              type="search"
              aria-label={shellTexts.searchSites}
              placeholder={shellTexts.searchSites}
              value={typed}
              onInput={({ currentTarget: { value } }) => setTyped(value)}
            />
          )}
          {/* Every click in here chooses something, so it closes the menu. */}
          <ul class="menu-list" onClick={close} onKeyDown={() => undefined}>
            {all.slice(0, mostListed).map((site) => (
              <li key={site.domain}>
                <Link
                  to={{ page: 'report', site: site.domain, filters: [], open: undefined }}
                  current={site.domain === domain}
                >
                  {site.domain}
                </Link>
              </li>
            ))}
            <li class="parted">
              <Link to={{ page: 'sites', site: undefined }}>{shellTexts.allSites}</Link>
            </li>
            {sites.value.length > 1 && rights.value.all !== null && (
              <li>
                <Link to={everySiteView} current={domain === everySite}>
                  {siteName(everySite)}
                </Link>
              </li>
            )}
            {may('addSite') && (
              <li>
                <Link to={{ page: 'add', site: undefined }}>{shellTexts.addSite}</Link>
              </li>
            )}
            {domain !== everySite && may('readRows', domain) && (
              <>
                <li>
                  <Link to={{ page: 'live', open: undefined }}>{shellTexts.live}</Link>
                </li>
                <li>
                  <Link to={{ page: 'setup' }}>{shellTexts.setup}</Link>
                </li>
                <li>
                  <Link to={{ page: 'settings', section: undefined }}>{shellTexts.settings}</Link>
                </li>
              </>
            )}
            <li class="parted menu-own">
              <OwnLinks />
            </li>
            <li>
              <SignOut />
            </li>
          </ul>
        </>
      )}
    </Menu>
  );
}

/** To what is not of one site. */
function OwnLinks() {
  return (
    <>
      {may('seePeople') && (
        <Link to={{ page: 'settings', site: undefined, section: 'people' }}>
          {shellTexts.people}
        </Link>
      )}
      {person.value !== undefined && (
        <Link to={{ page: 'settings', site: undefined, section: 'account' }}>
          {shellTexts.account}
        </Link>
      )}
    </>
  );
}

function SignOut() {
  return (
    <button type="button" class="plain" onClick={() => void signOut()}>
      {shellTexts.signOut}
    </button>
  );
}

/** How many visitors there were in the last five minutes. */
function VisitorsNow({ domain }: { domain: string }) {
  const [count, setCount] = useState<number | undefined>(undefined);
  useEffect(() => {
    let last: number | undefined;
    const show = (now: number | undefined) => {
      // The number has changed, so the numbers of today may have changed too.
      if (last !== undefined && now !== undefined && now !== last) lookAgain();
      last = now;
      setCount(now);
    };
    // Behind a link a small number is hidden: there is none.
    const read = () =>
      void api.visitorsNow(domain).then(
        (now) => show(now ?? undefined),
        () => show(undefined),
      );
    read();
    return everySoOften(read);
  }, [domain]);
  if (count === undefined) return null;
  return (
    <button
      type="button"
      class={count > 0 ? 'plain now' : 'plain now nobody'}
      title={shellTexts.nowMeans}
      onClick={() => go(readsRows.value ? { page: 'live', open: undefined } : { range: 'day' })}
    >
      <span>
        {shellTexts.now(showCount(count))}
        <span class="unseen">{shellTexts.nowMeansToo}</span>
      </span>
    </button>
  );
}
