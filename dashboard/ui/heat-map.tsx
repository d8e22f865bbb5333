import { showWeekdays } from '../model/dates.ts';
import { labelOf, showMetric } from '../model/metrics.ts';
import { weekHoursOf } from '../model/week-hours.ts';
import { loader, view } from '../state/app-state.ts';
import { reportTexts } from '../texts/texts.ts';

const steps = 5;

/** When visitors come: hours by weekdays. */
export function HeatMap() {
  const shown = loader.shown.value['heat'];
  const answer = shown?.answer;
  const weekdays = showWeekdays('short');
  const sums = answer && weekHoursOf(answer);
  const most = Math.max(0, ...(sums?.flat() ?? []));
  return (
    <section class="panel heat" aria-labelledby="panel-heat">
      <div class="panel-title">
        <h2 id="panel-heat">{reportTexts.hours}</h2>
        <span class="soft">{labelOf('visitors', view.value.filters)}</span>
      </div>
      <div class={loader.loading.value ? 'panel-body stale' : 'panel-body'}>
        {shown?.error !== undefined && <p class="soft empty">{shown.error}</p>}
        {sums !== undefined && (
          <table class="heat-map">
            <thead>
              <tr>
                <td />
                {sums[0]!.map((_, hour) => (
                  <th scope="col" key={hour}>
                    <span class={hour % 6 === 0 ? '' : 'unseen'}>{hour}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {sums.map((hours, i) => (
                <tr key={weekdays[i]}>
                  <th scope="row">{weekdays[i]}</th>
                  {hours.map((sum, hour) => (
                    <td
                      key={hour}
                      data-step={most === 0 ? 0 : Math.ceil((steps * sum) / most)}
                      title={reportTexts.hourOf(weekdays[i]!, hour, showMetric('visitors', sum))}
                    >
                      <span class="unseen">{sum}</span>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  );
}
