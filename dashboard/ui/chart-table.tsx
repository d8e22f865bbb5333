import { csvOf, saveFile } from '../model/csv.ts';
import { showBucket } from '../model/dates.ts';
import { fileName } from '../model/file-names.ts';
import { gapsOf } from '../model/gaps.ts';
import { labelOf, showInFull } from '../model/metrics.ts';
import { lastDayOf } from '../model/ranges.ts';
import { seriesOf } from '../model/series.ts';
import { closeOverlay, loader, moment, plan, view } from '../state/app-state.ts';
import { gaps } from '../state/site-notes.ts';
import { chartTexts, fileTexts, listTexts } from '../texts/texts.ts';
import { Dialog } from './dialog.tsx';
import { SideScroll } from './side-scroll.tsx';

/** All numbers over time, in a table. */
export function ChartTable() {
  const { series } = loader.shown.value;
  const { numbers, interval } = plan.value;
  if (series?.answer === undefined) return null;
  const asked = series.query.metrics;
  const { answer } = series;
  const columns = numbers.map((name) => seriesOf(answer, asked, name).values);
  const { labels } = seriesOf(answer, asked, numbers[0]!);
  const { filters } = view.value;
  const lastDay = lastDayOf(plan.value.period, moment.value);
  const missing = gapsOf(gaps.value, labels, lastDay, moment.value.zone);
  const download = () => {
    const lines = labels.map((label, i) => [label, ...columns.map((values) => values[i])]);
    const text = csvOf([['time', ...numbers], ...lines]);
    saveFile(fileName(view.peek(), moment.peek(), fileTexts.by(interval), 'csv'), 'text/csv', text);
  };
  return (
    <Dialog title={chartTexts.tableTitle} class="wide" onClose={closeOverlay}>
      <div class="list-tools">
        <button type="button" class="button" data-first onClick={download}>
          {listTexts.save}
        </button>
      </div>
      <SideScroll class="table-frame">
        <table>
          <thead>
            <tr>
              <th scope="col">{chartTexts.time}</th>
              {numbers.map((name) => (
                <th scope="col" key={name}>
                  {labelOf(name, filters)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((label, i) => (
              <tr key={label}>
                <th scope="row">
                  {showBucket(label, interval)}
                  {missing
                    .filter(({ index, lastIndex }) => index <= i && i <= lastIndex)
                    .map(({ text }) => (
                      <small key={text}> {text}</small>
                    ))}
                </th>
                {numbers.map((name, n) => (
                  <td key={name}>{showInFull(name, columns[n]![i])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
    </Dialog>
  );
}
