import { useEffect, useState } from 'preact/hooks';
import { shownPage } from '../../src/lib/page-path.ts';
import { api } from '../api/client.ts';
import type { DayBooks, Drops, LoggedDrop } from '../api/types.ts';
import { dayAt } from '../model/calendar.ts';
import { showClock, showDay } from '../model/dates.ts';
import { explainDrop } from '../model/drop-reasons.ts';
import { showCount } from '../model/numbers.ts';
import { closeOverlay, everySoOften, moment, view } from '../state/app-state.ts';
import { whyTexts } from '../texts/texts.ts';
import { Dialog } from './dialog.tsx';
import { SideScroll } from './side-scroll.tsx';

/** Shows the last hits that were not counted, with the reasons; and the books, which balance. */
export function WhyDialog() {
  const domain = view.value.site ?? '';
  const [drops, setDrops] = useState<Drops | undefined>();
  const [books, setBooks] = useState<readonly DayBooks[]>([]);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    const read = () => {
      Promise.all([api.drops(domain), api.books(domain)]).then(
        ([newDrops, newBooks]) => {
          setDrops(newDrops);
          setBooks(newBooks.slice(-7).reverse());
          setProblem('');
        },
        (error: unknown) => setProblem((error as Error).message),
      );
    };
    read();
    return everySoOften(read, 5_000);
  }, [domain]);
  return (
    <Dialog title={whyTexts.title} class="wide" onClose={closeOverlay}>
      <p class="soft">{whyTexts.words}</p>
      {problem !== '' && <p class="notice">{problem}</p>}
      {drops !== undefined && <DropList drops={drops.drops} empty={whyTexts.none(domain)} />}
      {drops !== undefined && drops.unknown.length > 0 && (
        <>
          <h3>{whyTexts.unknownSites}</h3>
          <DropList drops={drops.unknown} empty="" named />
        </>
      )}
      {books.length > 0 && <Books days={books} />}
    </Dialog>
  );
}

function DropList({
  drops,
  empty,
  named = false,
}: {
  drops: readonly LoggedDrop[];
  empty: string;
  named?: boolean;
}) {
  if (drops.length === 0) return <p>{empty}</p>;
  const { zone } = moment.value;
  return (
    <ul class="drops">
      {drops.slice(0, 50).map((drop, i) => {
        const { title, words } = explainDrop(drop.reason);
        return (
          <li key={`${drop.atMs}-${i}`}>
            <time dateTime={new Date(drop.atMs).toISOString()}>
              {showDay(dayAt(drop.atMs, zone))} {showClock(drop.atMs, zone, 'medium')}
            </time>
            <div>
              <strong>{title}</strong>{' '}
              <span class="soft">{drop.name === 'pageview' ? '' : drop.name}</span>{' '}
              <code>{`${named ? `${drop.domain} ` : ''}${shownPage(drop.page)}`}</code>
              <p class="soft">{words}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

function Books({ days }: { days: readonly DayBooks[] }) {
  return (
    <SideScroll class="table-frame books">
      <table>
        <caption>{whyTexts.books}</caption>
        <thead>
          <tr>
            <th scope="col">{whyTexts.day}</th>
            <th scope="col">{whyTexts.received}</th>
            <th scope="col">{whyTexts.stored}</th>
            <th scope="col">{whyTexts.dropped}</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, received, stored, dropped }) => (
            <tr key={day}>
              <th scope="row">{showDay(day, true)}</th>
              <td>{showCount(received)}</td>
              <td>{showCount(stored)}</td>
              <td>
                {Object.entries(dropped)
                  .map(([reason, count]) =>
                    whyTexts.droppedFor(showCount(count), explainDrop(reason).title),
                  )
                  .join(', ') || '0'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </SideScroll>
  );
}
