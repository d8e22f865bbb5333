import type { Live } from '../api/types.ts';
import { showClock } from '../model/dates.ts';
import { showCount } from '../model/numbers.ts';
import { liveTexts } from '../texts/texts.ts';

type Props = { readonly minutes: Live['minutes']; readonly zone: string };

/** Visitors of the last 30 minutes, a bar each; the last one is not over. */
export function Minutes({ minutes, zone }: Props) {
  const most = Math.max(1, ...minutes.map(({ visitors }) => visitors));
  const timeOf = (start: string) => showClock(Date.parse(start), zone, 'short');
  const last = minutes.length - 1;
  return (
    <figure class="minutes" aria-labelledby="minutes-title">
      <figcaption id="minutes-title" class="soft">
        {liveTexts.byMinute(showCount(most))}
      </figcaption>
      <ol class="minute-bars">
        {minutes.map(({ start, visitors, pageviews }, i) => {
          const people = liveTexts.visitors(visitors, showCount(visitors));
          const views = liveTexts.pageviews(pageviews, showCount(pageviews));
          const words = liveTexts.minute(timeOf(start), people, views, i < last);
          return (
            <li
              key={start}
              class={i === last ? 'running' : ''}
              title={words}
              style={{ '--height': `${(100 * visitors) / most}%` }}
            >
              <span class="unseen">{words}</span>
            </li>
          );
        })}
      </ol>
      <div class="minute-ends soft" aria-hidden="true">
        <span>{minutes[0] && timeOf(minutes[0].start)}</span>
        <span>{liveTexts.end}</span>
      </div>
    </figure>
  );
}
