import { useEffect, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Visit } from '../api/types.ts';
import { dayAt } from '../model/calendar.ts';
import { showClock, showDay } from '../model/dates.ts';
import { showMetric } from '../model/metrics.ts';
import { rowsQueryOf } from '../model/rows.ts';
import { closeOverlay, moment, view } from '../state/app-state.ts';
import { visitTexts } from '../texts/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Link } from '../ui/link.tsx';
import { SideScroll } from '../ui/side-scroll.tsx';
import { ValueCell } from '../ui/value-cell.tsx';
import { VisitSteps } from './visit-steps.tsx';

type Found = {
  readonly visits: readonly Visit[];
  /** Where more of them begin. */
  readonly next: string | null;
};

/** Single visits of the view, the newest first; or one of them, step by step. */
export function VisitsDialog({ visit }: { visit: string | undefined }) {
  return (
    <Dialog
      title={visit === undefined ? visitTexts.title : visitTexts.titleOfOne}
      class={visit === undefined ? 'widest' : 'wide'}
      onClose={closeOverlay}
    >
      {visit === undefined ? <VisitList /> : <VisitSteps id={visit} key={visit} />}
    </Dialog>
  );
}

function VisitList() {
  const [found, setFound] = useState<Found | undefined>();
  const [isAsking, setAsking] = useState(true);
  const [problem, setProblem] = useState('');
  const { site = '' } = view.value;
  const read = (before: Found | undefined, signal?: AbortSignal) => {
    setAsking(true);
    const query = rowsQueryOf(view.peek(), moment.peek());
    if (before?.next) query.set('after', before.next);
    api.visits(site, query, signal).then(
      ({ visits, next }) => {
        setFound({ visits: [...(before?.visits ?? []), ...visits], next });
        setProblem('');
        setAsking(false);
      },
      (error: Error) => {
        if (signal?.aborted) return;
        setProblem(error.message);
        setAsking(false);
      },
    );
  };
  useEffect(() => {
    const stop = new AbortController();
    read(undefined, stop.signal);
    return () => stop.abort();
  }, []);
  return (
    <>
      <p class="soft">{visitTexts.within}</p>
      {found !== undefined && found.visits.length > 0 && <Table visits={found.visits} />}
      <p class={problem === '' ? 'soft' : 'bad'} role="status">
        {problem || wordsOf(found, isAsking)}
      </p>
      <div class="beside">
        {found?.next && !isAsking && (
          <button type="button" class="button" onClick={() => read(found)}>
            {visitTexts.more}
          </button>
        )}
        <Link class="button" to={{ open: { name: 'download' } }}>
          {visitTexts.download}
        </Link>
      </div>
    </>
  );
}

function wordsOf(found: Found | undefined, isAsking: boolean): string {
  if (isAsking) return visitTexts.looking;
  if (found === undefined || found.visits.length > 0) return '';
  if (found.next !== null) return visitTexts.noneYet;
  return visitTexts.none;
}

function Table({ visits }: { visits: readonly Visit[] }) {
  return (
    <SideScroll class="table-frame visits">
      <table>
        <thead>
          <tr>
            {visitTexts.heads.map((head) => (
              <th scope="col" key={head}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {visits.map((visit) => (
            <tr key={visit.id}>
              <th scope="row">
                <Link to={{ open: { name: 'visits', visit: visit.id } }}>
                  {beganAt(visit.start, moment.value.zone)}
                </Link>
              </th>
              <td>{showMetric('visit_duration', visit.duration)}</td>
              <td>{visit.pageviews}</td>
              <ValueCell dimension="entry" value={visit.entry_page} />
              <ValueCell dimension="exit" value={visit.exit_page} />
              <ValueCell dimension="source" value={visit.source} />
              <ValueCell dimension="country" value={visit.country} />
              <ValueCell dimension="device" value={visit.device} />
            </tr>
          ))}
        </tbody>
      </table>
    </SideScroll>
  );
}

/** `22 Nov, 14:05:09` on the site's clock. */
export function beganAt(start: string, zone: string): string {
  const ms = Date.parse(start);
  return visitTexts.began(showDay(dayAt(ms, zone)), showClock(ms, zone, 'medium'));
}
