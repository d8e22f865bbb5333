import { base } from '../api/base.ts';
import type { ApiError } from '../api/client.ts';
import { everySite, siteName } from '../model/every-site.ts';
import { warningsOf } from '../model/warnings.ts';
import { panelsOf } from '../panels/panels.ts';
import {
  keepsRobots,
  loader,
  moment,
  plan,
  readsRows,
  signedIn,
  view,
} from '../state/app-state.ts';
import { hiddenBelow, shared, shows } from '../state/shared.ts';
import { reportTexts, shellTexts } from '../texts/texts.ts';
import { ChartTable } from './chart-table.tsx';
import { Chips } from './chips.tsx';
import { HeatMap } from './heat-map.tsx';
import { lazy } from './lazy.tsx';
import { Link } from './link.tsx';
import { ListDialog } from './list-dialog.tsx';
import { NumbersMenu, NumbersRow } from './numbers-row.tsx';
import { PanelView } from './panel-view.tsx';
import { ShortcutHelp } from './shortcut-help.tsx';
import { TimeChart } from './time-chart.tsx';

const DownloadDialog = lazy(
  async () => (await import('../rows/download-dialog.tsx')).DownloadDialog,
);
const WhyDialog = lazy(async () => (await import('./why-dialog.tsx')).WhyDialog);
const RobotsDialog = lazy(async () => (await import('../rows/robots-dialog.tsx')).RobotsDialog);
const VisitsDialog = lazy(async () => (await import('../rows/visits-dialog.tsx')).VisitsDialog);

/** A site's report: the numbers, the chosen one over time, and the panels. */
export function Report() {
  const { open, site = '' } = view.value;
  const problem = loader.problem.value;
  const hidden = hiddenBelow.value;
  return (
    <main class="report" aria-busy={loader.loading.value}>
      <h1 class="unseen">{siteName(site)}</h1>
      <Chips />
      {problem !== undefined && problem.status !== 401 && <Problem problem={problem} />}
      {warningsOf(Object.values(loader.shown.value).map(({ answer }) => answer)).map((warning) => (
        <p class="notice soft" role="status" key={warning}>
          {warning}
        </p>
      ))}
      {shows('numbers') && <NumbersRow />}
      {shows('chart') && <TimeChart />}
      <div class="panels">
        {panelsOf(site)
          .filter(({ name }) => shows(name))
          .map((panel) => (
            <PanelView panel={panel} key={panel.name} />
          ))}
        {shows('hours') && <HeatMap />}
      </div>
      <footer class="foot">
        <span class="soft">
          {site === everySite ? reportTexts.zones : reportTexts.zone(moment.value.zone)}
        </span>
        {readsRows.value && site !== everySite && (
          <>
            <Link to={{ open: { name: 'visits' } }}>{reportTexts.visits}</Link>
            {keepsRobots.value && (
              <Link to={{ open: { name: 'robots' } }}>{reportTexts.robots}</Link>
            )}
            <Link to={{ open: { name: 'why' } }}>{reportTexts.why}</Link>
          </>
        )}
        <Link to={{ open: { name: 'download' } }}>{reportTexts.download}</Link>
        {hidden !== undefined && <span class="soft">{reportTexts.hidden(hidden)}</span>}
        {signedIn.value === false && shared.value === undefined && (
          <a href={`${base}/sign-in`}>{shellTexts.signIn}</a>
        )}
        {shows('numbers') && <NumbersMenu />}
        <ShortcutHelp />
      </footer>
      {open?.name === 'list' && <ListDialog tabKey={open.tab} key={open.tab} />}
      {open?.name === 'table' && <ChartTable />}
      {open?.name === 'why' && readsRows.value && <WhyDialog />}
      {open?.name === 'robots' && readsRows.value && <RobotsDialog />}
      {open?.name === 'download' && <DownloadDialog />}
      {open?.name === 'visits' && readsRows.value && site !== everySite && (
        <VisitsDialog visit={open.visit} />
      )}
    </main>
  );
}

function Problem({ problem }: { problem: ApiError }) {
  const nothingYet = Object.keys(loader.shown.value).length === 0;
  return (
    <p class="notice" role="status">
      {sentence(problem.message)}
      {!nothingYet && ` ${reportTexts.fromBefore}`}
      <button type="button" class="button" onClick={() => loader.refresh(plan.peek().queries)}>
        {shellTexts.tryAgain}
      </button>
    </p>
  );
}

/** Makes a sentence of a server's error, which begins small and has no full stop. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`;
}
