import { useEffect, useState } from 'preact/hooks';
import { dayAt } from '../model/calendar.ts';
import { showPeriod } from '../model/dates.ts';
import { customRangeKey, periodOf, type RangeName, rangeMenu } from '../model/ranges.ts';
import { go, moment, plan, view } from '../state/app-state.ts';
import { Menu } from './menu.tsx';
import { onShortcut } from './shortcuts.ts';

/** The menu of ranges; every named range has a key. */
export function RangeMenu() {
  const { range } = view.value;
  const named = rangeMenu.find(({ name }) => name === range);
  const shown = showPeriod(plan.value.period, moment.value);
  useEffect(
    () =>
      onShortcut((key) => {
        const chosen = rangeMenu.find((entry) => entry.key === key);
        if (chosen !== undefined) go({ range: chosen.name });
        else if (key === customRangeKey)
          document.querySelector<HTMLElement>('.range-menu button')?.click();
      }),
    [],
  );
  return (
    <div class="range-menu">
      <Menu
        name={`Time: ${named?.label ?? 'chosen days'}, ${shown}`}
        label={range === 'day' || range === '24h' ? named?.label : shown}
      >
        {(close) => (
          <>
            <ul class="menu-list">
              {rangeMenu.map(({ name, label, key }) => (
                <li key={name}>
                  <button
                    type="button"
                    class="plain"
                    aria-pressed={range === name}
                    onClick={() => {
                      go({ range: name });
                      close();
                    }}
                  >
                    <span>{label}</span>
                    <span class="soft">{datesOf(name)}</span>
                    <kbd>{key.toUpperCase()}</kbd>
                  </button>
                </li>
              ))}
            </ul>
            <CustomRange close={close} />
          </>
        )}
      </Menu>
    </div>
  );
}

/** The days of a range now; `all` has none to show. */
function datesOf(name: RangeName): string {
  return name === 'all' ? '' : showPeriod(periodOf(name, moment.value), moment.value);
}

function CustomRange({ close }: { close: () => void }) {
  const { period } = plan.value;
  const today = dayAt(moment.value.nowMs, moment.value.zone);
  const [from, setFrom] = useState(period.kind === 'days' ? period.from : today);
  const [to, setTo] = useState(period.kind === 'days' ? period.to : today);
  const choose = (event: Event) => {
    event.preventDefault();
    if (from === '' || to === '') return;
    go({ range: from <= to ? { from, to } : { from: to, to: from } });
    close();
  };
  return (
    <form class="custom-range" onSubmit={choose}>
      <label>
        From{' '}
        <input
          class="input"
          type="date"
          required
          value={from}
          max={today}
          onInput={(e) => setFrom(e.currentTarget.value)}
        />
      </label>
      <label>
        To{' '}
        <input
          class="input"
          type="date"
          required
          value={to}
          max={today}
          onInput={(e) => setTo(e.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button">
        Show these days
      </button>
    </form>
  );
}

export function CompareMenu() {
  const { compare, range } = view.value;
  if (range === 'all') return null;
  return (
    <button
      type="button"
      class="button"
      aria-pressed={compare}
      title={`Compare${compare ? 'd' : ''} with the period before, on the same weekdays`}
      onClick={() => go({ compare: !compare })}
    >
      <span class="soft">against</span> {compare ? 'previous' : 'nothing'}
    </button>
  );
}
