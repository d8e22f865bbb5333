import { useEffect } from 'preact/hooks';
import { linkSecret } from '../api/link.ts';
import { siteName } from '../model/every-site.ts';
import { missing, signedIn, start, startProblem, view } from '../state/app-state.ts';
import { may } from '../state/rights.ts';
import { isLocked } from '../state/shared.ts';
import { shellTexts } from '../texts/texts.ts';
import { AddSite } from './add-site.tsx';
import { Header } from './header.tsx';
import { lazy } from './lazy.tsx';
import { MissingSite } from './missing-site.tsx';
import { NotYours } from './not-yours.tsx';
import { PaletteKey } from './palette.tsx';
import { Report } from './report.tsx';
import { SiteList } from './site-list.tsx';

const Locked = lazy(async () => (await import('../share/locked.tsx')).Locked);
const Setup = lazy(async () => (await import('./setup.tsx')).Setup);
const Settings = lazy(async () => (await import('../settings/settings.tsx')).Settings);
const OwnSettings = lazy(async () => (await import('../people/own-settings.tsx')).OwnSettings);
const LivePage = lazy(async () => (await import('../live/live-page.tsx')).LivePage);

/** The page that the address names. */
export function App() {
  const { site, page } = view.value;
  useEffect(() => {
    document.title = site === undefined ? shellTexts.name : shellTexts.titleOf(siteName(site));
  }, [site]);
  if (isLocked.value) return <Locked />;
  if (startProblem.value?.status === 404 && linkSecret !== undefined)
    return (
      <main class="page">
        <h1>{shellTexts.linkEnded}</h1>
        <p class="soft">{shellTexts.askForAnother}</p>
      </main>
    );
  if (startProblem.value !== undefined) {
    return (
      <main class="page">
        <p>{startProblem.value.message}</p>
        <button type="button" class="button" onClick={() => void start()}>
          {shellTexts.tryAgain}
        </button>
      </main>
    );
  }
  if (signedIn.value === undefined) return <main class="page" aria-busy="true" />;
  return (
    <>
      <Header />
      <PaletteKey />
      {missing.value && <MissingSite />}
      {page === 'report' && !missing.value && <Report />}
      {page === 'sites' && <SiteList />}
      {page === 'add' && (may('addSite') ? <AddSite /> : <NotYours />)}
      {page === 'setup' && <Setup key={site} />}
      {page === 'settings' && (site === undefined ? <OwnSettings /> : <Settings />)}
      {page === 'live' && <LivePage key={site} />}
    </>
  );
}
