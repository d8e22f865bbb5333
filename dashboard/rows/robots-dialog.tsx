import { useEffect, useState } from 'preact/hooks';
import { shownPage } from '../../src/lib/page-path.ts';
import { api } from '../api/client.ts';
import type { Query, QueryFilter } from '../api/types.ts';
import { showCount } from '../model/numbers.ts';
import { dateRangeOf } from '../model/ranges.ts';
import { closeOverlay, keepsRobots, plan, view } from '../state/app-state.ts';
import { robotTexts } from '../texts/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Link } from '../ui/link.tsx';
import { SideScroll } from '../ui/side-scroll.tsx';

type Row = readonly [value: string, pageviews: number];

type Found = {
  readonly kinds: readonly Row[];
  readonly robots: readonly Row[];
  readonly pages: readonly Row[];
};

const mostRows = 100;

/** What robots read in the range of the view: by kind, by name, and by page. */
export function RobotsDialog() {
  const { site = '' } = view.value;
  const { period } = plan.value;
  const [kind, setKind] = useState<string | undefined>();
  const [found, setFound] = useState<Found | undefined>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const stop = new AbortController();
    api.batch(site, queriesOf(dateRangeOf(period), kind), stop.signal).then(
      (results) => {
        const [kinds, robots, pages] = results.map((result) =>
          'error' in result
            ? []
            : result.results.map((row): Row => [row.dimensions[0]!, Number(row.metrics[0])]),
        );
        setFound({ kinds: kinds!, robots: robots!, pages: pages! });
        setProblem('');
      },
      (error: Error) => !stop.signal.aborted && setProblem(error.message),
    );
    return () => stop.abort();
  }, [site, JSON.stringify(period), kind]);
  return (
    <Dialog title={robotTexts.title} class="widest" onClose={closeOverlay}>
      <p class="soft">{robotTexts.words}</p>
      {problem !== '' && <p class="notice">{problem}</p>}
      {found === undefined && problem === '' && <p class="soft">{robotTexts.looking}</p>}
      {found !== undefined && found.kinds.length === 0 && <NoRobots />}
      {found !== undefined && found.kinds.length > 0 && (
        <div class="robots">
          <Kinds rows={found.kinds} chosen={kind} onChoose={setKind} />
          <Counts head={robotTexts.robot} rows={found.robots} />
          <Counts head={robotTexts.page} rows={found.pages} show={shownPage} />
        </div>
      )}
    </Dialog>
  );
}

function queriesOf(date_range: Query['date_range'], kind: string | undefined): Query[] {
  const isOfKind: QueryFilter[] = kind === undefined ? [] : [['is', 'event:robot_kind', [kind]]];
  const by = (dimension: string, filters: readonly QueryFilter[]): Query => ({
    ...{ metrics: ['pageviews'], date_range, dimensions: [dimension], filters },
    pagination: { limit: mostRows, offset: 0 },
  });
  return [
    by('event:robot_kind', []),
    by('event:robot', isOfKind),
    // A page is a robot's where a robot is named.
    by('event:page', kind === undefined ? [['is_not', 'event:robot', ['']]] : isOfKind),
  ];
}

function NoRobots() {
  const isKept = keepsRobots.value;
  return (
    <p>
      {isKept ? robotTexts.none : robotTexts.dropped}{' '}
      {!isKept && (
        <Link to={{ page: 'settings', section: 'counted', open: undefined }}>
          {robotTexts.settings}
        </Link>
      )}
    </p>
  );
}

type KindsProps = {
  readonly rows: readonly Row[];
  readonly chosen: string | undefined;
  readonly onChoose: (kind: string | undefined) => void;
};

/** One that is chosen is what the other tables are about. */
function Kinds({ rows, chosen, onChoose }: KindsProps) {
  return (
    <div>
      <Counts
        head={robotTexts.kind}
        rows={rows}
        cell={(kind) => (
          <button
            type="button"
            class="plain"
            aria-pressed={kind === chosen}
            title={kind === chosen ? robotTexts.all : robotTexts.only(kind)}
            onClick={() => onChoose(kind === chosen ? undefined : kind)}
          >
            {kind}
          </button>
        )}
      />
      {chosen !== undefined && (
        <button type="button" class="button" onClick={() => onChoose(undefined)}>
          {robotTexts.all}
        </button>
      )}
    </div>
  );
}

type CountsProps = {
  readonly head: string;
  readonly rows: readonly Row[];
  readonly show?: (value: string) => string;
  readonly cell?: (value: string) => preact.ComponentChild;
};

function Counts({ head, rows, show = (value) => value, cell }: CountsProps) {
  return (
    <SideScroll class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            <th scope="col">{robotTexts.pageviews}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([value, pageviews]) => (
            <tr key={value}>
              <th scope="row">
                {cell?.(value) ?? (
                  <span class="cut" title={show(value)}>
                    {show(value)}
                  </span>
                )}
              </th>
              <td>{showCount(pageviews)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </SideScroll>
  );
}
