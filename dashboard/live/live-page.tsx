import { useEffect, useState } from 'preact/hooks';
import type { Live } from '../api/types.ts';
import type { Dimension } from '../model/dimensions.ts';
import { showCount } from '../model/numbers.ts';
import { go, goToSignIn, moment, signedIn, view } from '../state/app-state.ts';
import { liveTexts } from '../texts/texts.ts';
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
      <h1 class="unseen">{liveTexts.title(site)}</h1>
      <p class="live-state soft" role="status">
        {stateWords(state, live !== undefined)}
      </p>
      {live !== undefined && <LiveShown live={live} zone={moment.value.zone} />}
      <footer class="foot">
        <span class="soft">{liveTexts.zone(moment.value.zone)}</span>
        <Link to={{ page: 'report', range: 'day' }}>{liveTexts.today}</Link>
      </footer>
    </main>
  );
}

function stateWords(state: LiveState, isShown: boolean): string {
  if (state === 'live' || state === 'missing') return '';
  if (state === 'waiting') return liveTexts.looking;
  return isShown ? liveTexts.lostLater : liveTexts.lost;
}

function LiveShown({ live, zone }: { live: Live; zone: string }) {
  const { current_visitors: count, minutes, hits } = live;
  return (
    <>
      <section class="live-top" aria-label={liveTexts.now}>
        <p class={count > 0 ? 'live-now' : 'live-now nobody'}>
          <b>{showCount(count)}</b> <span class="soft">{liveTexts.inFiveMinutes(count)}</span>
        </p>
        <Minutes minutes={minutes} zone={zone} />
      </section>
      <div class="panels live-panels">
        <LivePanel title={liveTexts.pages} dimension="page" rows={live.pages} />
        <LivePanel title={liveTexts.sources} dimension="source" rows={live.sources} />
        <LivePanel title={liveTexts.countries} dimension="country" rows={live.countries} />
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
        <span class="soft">{liveTexts.what}</span>
      </div>
      <div class="panel-body">
        {rows.length === 0 && <p class="soft empty">{liveTexts.nobody}</p>}
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
