import { useEffect, useState } from 'preact/hooks';
import { dayAt } from '../model/calendar.ts';
import { showPeriod } from '../model/dates.ts';
import {
  type CompareName,
  compareNames,
  customRangeKey,
  type Period,
  periodCompared,
  periodOf,
  type RangeName,
  rangeMenu,
  stepRange,
} from '../model/ranges.ts';
import { go, moment, plan, view } from '../state/app-state.ts';
import { comparedTexts, compareTexts, rangeTexts, timeTexts } from '../texts/texts.ts';
import { Menu } from './menu.tsx';
import { onShortcut } from './shortcuts.ts';

/** The menu of ranges; every named range has a key. */
export function RangeMenu() {
  const { range } = view.value;
  const label = typeof range === 'object' ? undefined : rangeTexts[range];
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
        name={timeTexts.menu(label, shown)}
        label={range === 'day' || range === '24h' ? label : shown}
      >
        {(close) => (
          <>
            <ul class="menu-list">
              {rangeMenu.map(({ name, key }) => (
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
                    <span>{rangeTexts[name]}</span>
                    <span class="soft">{datesOf(name)}</span>
                    <kbd>{key.toUpperCase()}</kbd>
                  </button>
                </li>
              ))}
            </ul>
            <CustomDays
              initial={daysOf(plan.value.period)}
              words={timeTexts.show}
              choose={(days) => {
                go({ range: days });
                close();
              }}
            />
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

type CustomProps = {
  readonly initial: Days;
  readonly words: string;
  readonly choose: (days: Days) => void;
};

/** Any days, by the browser's own calendar. */
function CustomDays({ initial, words, choose }: CustomProps) {
  const today = dayAt(moment.value.nowMs, moment.value.zone);
  const [from, setFrom] = useState(initial.from);
  const [to, setTo] = useState(initial.to);
  const submit = (event: Event) => {
    event.preventDefault();
    if (from === '' || to === '') return;
    choose(from <= to ? { from, to } : { from: to, to: from });
  };
  return (
    <form class="custom-range" onSubmit={submit}>
      <label>
        {timeTexts.from}{' '}
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
        {timeTexts.to}{' '}
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
        {words}
      </button>
    </form>
  );
}

/** The range before or after, by its own length. */
export function RangeArrows() {
  const { range } = view.value;
  useEffect(
    () =>
      onShortcut((key) => {
        if (key === '[' || key === ',') step(-1);
        if (key === ']' || key === '.') step(1);
      }),
    [],
  );
  if (range === 'all') return null;
  return (
    <div class="arrows">
      {([-1, 1] as const).map((by) => (
        <button
          type="button"
          class="button"
          key={by}
          aria-label={by < 0 ? timeTexts.earlier : timeTexts.later}
          title={
            by < 0
              ? timeTexts.withKey(timeTexts.earlier, '[')
              : timeTexts.withKey(timeTexts.later, ']')
          }
          disabled={stepRange(range, moment.value, by) === undefined}
          onClick={() => step(by)}
        >
          {by < 0 ? '‹' : '›'}
        </button>
      ))}
    </div>
  );
}

function step(by: -1 | 1): void {
  const range = stepRange(view.peek().range, moment.peek(), by);
  if (range !== undefined) go({ range });
}

export function CompareMenu() {
  const { compare, range } = view.value;
  if (range === 'all') return null;
  const said = typeof compare === 'object' ? timeTexts.chosenDays : comparedTexts[compare];
  return (
    <div class="compare-menu">
      <Menu
        name={timeTexts.compare(said)}
        label={
          <>
            <span class="soft">{timeTexts.against}</span> {said}
          </>
        }
      >
        {(close) => (
          <>
            <ul class="menu-list">
              {compareNames.map((name) => (
                <li key={name}>
                  <button
                    type="button"
                    class="plain"
                    aria-pressed={compare === name}
                    onClick={() => {
                      go({ compare: name });
                      close();
                    }}
                  >
                    <span>{compareTexts[name]}</span>
                    <span class="soft">{datesCompared(name)}</span>
                  </button>
                </li>
              ))}
            </ul>
            <CustomDays
              initial={typeof compare === 'object' ? compare : daysOf(plan.value.before)}
              words={timeTexts.compareWith}
              choose={(days) => {
                go({ compare: days });
                close();
              }}
            />
          </>
        )}
      </Menu>
    </div>
  );
}

function datesCompared(name: CompareName): string {
  const period = periodCompared(name, view.value.range, plan.value.period);
  return period === undefined ? '' : showPeriod(period, moment.value);
}

type Days = { readonly from: string; readonly to: string };

/** The days of a period; today where it has none. */
function daysOf(period: Period | undefined): Days {
  if (period?.kind === 'days') return period;
  const today = dayAt(moment.value.nowMs, moment.value.zone);
  return { from: today, to: today };
}
