import { useEffect, useState } from 'preact/hooks';
import type { Live } from '../api/types.ts';
import type { Dimension } from '../model/dimensions.ts';
import { showCount } from '../model/numbers.ts';
import { go, goToSignIn, moment, signedIn, view } from '../state/app-state.ts';
import { BarRow } from '../ui/bar-row.tsx';
import { Link } from '../ui/link.tsx';
import { MissingSite } from '../ui/missing-site.tsx';
import { followLive, type LiveState } from './follow-live.ts';
import { Minutes } from './minutes.tsx';
import { NewestHits } from './newest-hits.tsx';

/** What happens on a site now, without a reload. */
export function LivePage() {
  const site = view.value.site ?? '';
  const [live, setLive] = useState<Live | undefined>();
  const [state, setState] = useState<LiveState>('waiting');
  useEffect(() => {
    if (!signedIn.value) return goToSignIn();
    return followLive(site, { onLive: setLive, onState: setState, onSignedOut: goToSignIn });
  }, []);
  if (state === 'missing') return <MissingSite />;
  return (
    <main class="live" aria-busy={state === 'waiting'}>
      <h1 class="unseen">{site}, live</h1>
      <p class="live-state soft" role="status">
        {stateWords(state, live !== undefined)}
      </p>
      {live !== undefined && <LiveShown live={live} zone={moment.value.zone} />}
      <footer class="foot">
        <span class="soft">Times are those of {moment.value.zone}.</span>
        <Link to={{ page: 'report', range: 'day' }}>Today’s report</Link>
      </footer>
    </main>
  );
}

function stateWords(state: LiveState, isShown: boolean): string {
  if (state === 'live' || state === 'missing') return '';
  if (state === 'waiting') return 'Looking …';
  return isShown
    ? 'Daybook cannot be reached. What is shown is from before; it is tried again.'
    : 'Daybook cannot be reached. It is tried again.';
}

function LiveShown({ live, zone }: { live: Live; zone: string }) {
  const { current_visitors: count, minutes, hits } = live;
  return (
    <>
      <section class="live-top" aria-label="Now">
        <p class={count > 0 ? 'live-now' : 'live-now nobody'}>
          <b>{showCount(count)}</b>{' '}
          <span class="soft">{count === 1 ? 'visitor' : 'visitors'} in the last 5 minutes</span>
        </p>
        <Minutes minutes={minutes} zone={zone} />
      </section>
      <div class="panels live-panels">
        <LivePanel title="Pages" dimension="page" rows={live.pages} />
        <LivePanel title="Sources" dimension="source" rows={live.sources} />
        <LivePanel title="Countries" dimension="country" rows={live.countries} />
      </div>
      <NewestHits hits={hits} zone={zone} />
    </>
  );
}

type PanelProps = {
  readonly title: string;
  readonly dimension: Dimension;
  readonly rows: Live['pages'];
};

/** A row leads to today’s report of what it names. */
function LivePanel({ title, dimension, rows }: PanelProps) {
  const id = `live-${dimension}`;
  const choose = (value: string, isNot: boolean) =>
    go({
      ...{ page: 'report', range: 'day' },
      filters: [{ operator: isNot ? 'is_not' : 'is', dimension, values: [value] }],
    });
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-title">
        <h2 id={id}>{title}</h2>
        <span class="soft">Visitors, 30 minutes</span>
      </div>
      <div class="panel-body">
        {rows.length === 0 && <p class="soft empty">Nobody in the last 30 minutes.</p>}
        <ul class="bars single">
          {rows.map(({ value, visitors }) => (
            <BarRow
              key={value}
              dimension={dimension}
              value={value}
              metric="visitors"
              count={visitors}
              most={rows[0]!.visitors}
              chosen={false}
              onChoose={(isNot) => choose(value, isNot)}
            />
          ))}
        </ul>
      </div>
    </section>
  );
}
