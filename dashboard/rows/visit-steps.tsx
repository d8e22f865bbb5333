import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Visit, VisitStep } from '../api/types.ts';
import { showClock } from '../model/dates.ts';
import { type Dimension, showValue } from '../model/dimensions.ts';
import { showMetric } from '../model/metrics.ts';
import { showMoney, showPercent } from '../model/numbers.ts';
import { Picture } from '../pictures/picture.tsx';
import { moment, view } from '../state/app-state.ts';
import { visitTexts } from '../texts/texts.ts';
import { Link } from '../ui/link.tsx';
import { beganAt } from './visits-dialog.tsx';

type Whole = Visit & { readonly steps: readonly VisitStep[] };

/** What one visit did. */
export function VisitSteps({ id }: { id: string }) {
  const [visit, setVisit] = useState<Whole | undefined>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const stop = new AbortController();
    api.visit(view.peek().site ?? '', id, stop.signal).then(setVisit, (error: Error) => {
      if (!stop.signal.aborted) setProblem(error.message);
    });
    return () => stop.abort();
  }, []);
  return (
    <>
      <p>
        <Link to={{ open: { name: 'visits' } }}>{visitTexts.all}</Link>
      </p>
      <p class="bad" role="status">
        {problem}
      </p>
      {visit !== undefined && <Shown visit={visit} />}
    </>
  );
}

const facts = [
  ['source', 'source'],
  ['country', 'country'],
  ['device', 'device'],
  ['browser', 'browser'],
  ['os', 'system'],
] as const satisfies readonly (readonly [keyof Visit, Dimension])[];

function Shown({ visit }: { visit: Whole }) {
  const { zone } = moment.value;
  const left = visit.events - visit.steps.length;
  return (
    <>
      <h3>
        {visitTexts.lasted(
          beganAt(visit.start, zone),
          showMetric('visit_duration', visit.duration),
        )}
      </h3>
      <ul class="visit-facts">
        {facts.map(([name, dimension]) => (
          <li key={name}>
            <Picture dimension={dimension} value={visit[name]} />
            {showValue(dimension, visit[name])}
          </li>
        ))}
      </ul>
      <ol class="visit-steps">
        {visit.steps.map((step, i) => (
          <Step key={`${step.time} ${i}`} step={step} zone={zone} />
        ))}
      </ol>
      {left > 0 && <p class="soft">{visitTexts.moreSteps(left)}</p>}
    </>
  );
}

function Step({ step, zone }: { step: VisitStep; zone: string }) {
  const { time, name, page, title, props = {}, revenue, engaged_ms, scroll_depth } = step;
  const said = [
    ...Object.entries(props).map(([key, value]) => visitTexts.property(key, value)),
    ...(revenue === undefined ? [] : [showMoney(revenue.amount, revenue.currency)]),
    ...(engaged_ms === undefined
      ? []
      : [visitTexts.readFor(showMetric('visit_duration', Math.round(engaged_ms / 1_000)))]),
    ...(scroll_depth === undefined ? [] : [visitTexts.seen(showPercent(scroll_depth))]),
  ];
  return (
    <li class={name === 'pageview' ? '' : 'event'}>
      <time dateTime={time}>{showClock(Date.parse(time), zone, 'medium')}</time>
      <div>
        {name !== 'pageview' && <b>{name} </b>}
        {showValue('page', page)}
        {title !== undefined && <div class="soft">{title}</div>}
        {said.length > 0 && <div class="soft">{said.join(' · ')}</div>}
      </div>
    </li>
  );
}
