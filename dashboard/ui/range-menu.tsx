import { useEffect, useState } from 'preact/hooks';
import { spanOf } from '../model/address.ts';
import { addDays, dayAt } from '../model/calendar.ts';
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
  type Span,
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
              initial={typeof range === 'object' ? range : daysOf(plan.value.period)}
              words={timeTexts.show}
              hasTimes
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

/** The days of a range now, where it is of days. */
function datesOf(name: RangeName): string {
  const period = periodOf(name, moment.value);
  return period.kind === 'days' ? showPeriod(period, moment.value) : '';
}

type CustomProps = {
  readonly initial: Span;
  readonly words: string;
  /** Hours can be chosen, too. */
  readonly hasTimes?: true;
  readonly choose: (span: Span) => void;
};

/** Any days, by the browser's own calendar; and from one hour to another. */
function CustomDays({ initial, words, hasTimes, choose }: CustomProps) {
  const [from, setFrom] = useState(endOf(initial.from));
  const [to, setTo] = useState(endOf(initial.to));
  const submit = (event: Event) => {
    event.preventDefault();
    const isOfDays = from.time === '' && to.time === '';
    const last = to.time === '' ? { day: addDays(to.day, 1), time: '00:00' } : to;
    const span = isOfDays
      ? spanOf(from.day, to.day)
      : spanOf(`${from.day}T${from.time || '00:00'}`, `${last.day}T${last.time}`);
    if (span !== undefined) choose(span);
  };
  return (
    <form class="custom-range" onSubmit={submit}>
      <EndFields
        {...{ hasTimes, label: timeTexts.from, time: timeTexts.fromTime }}
        end={from}
        onChange={setFrom}
      />
      <EndFields
        {...{ hasTimes, label: timeTexts.to, time: timeTexts.toTime }}
        end={to}
        onChange={setTo}
      />
      <button type="submit" class="button">
        {words}
      </button>
    </form>
  );
}

/** Where a range begins or ends; without a time, with the day. */
type End = { readonly day: string; readonly time: string };

const endOf = (text: string): End => ({ day: text.slice(0, 10), time: text.slice(11) });

type EndProps = {
  readonly label: string;
  /** The name of the field for the time. */
  readonly time: string;
  readonly hasTimes: true | undefined;
  readonly end: End;
  readonly onChange: (end: End) => void;
};

function EndFields({ label, time, hasTimes, end, onChange }: EndProps) {
  const today = dayAt(moment.value.nowMs, moment.value.zone);
  return (
    <div class={hasTimes ? 'range-end' : ''}>
      <label>
        {label}{' '}
        <input
          class="input"
          type="date"
          required
          value={end.day}
          max={today}
          onInput={({ currentTarget: { value } }) => onChange({ ...end, day: value })}
        />
      </label>
      {hasTimes && (
        <input
          class="input"
          type="time"
          aria-label={time}
          value={end.time}
          onInput={({ currentTarget: { value } }) => onChange({ ...end, time: value })}
        />
      )}
    </div>
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

/** The days of a period; today where it has none. */
function daysOf(period: Period | undefined): Span {
  if (period?.kind === 'days') return period;
  const today = dayAt(moment.value.nowMs, moment.value.zone);
  return { from: today, to: today };
}
