import { useEffect, useRef } from 'preact/hooks';
import { localTime } from '../model/calendar.ts';
import {
  changeOf,
  labelOf,
  numbersOffered,
  type ShownMetric,
  showInFull,
  showInRow,
  showMetric,
  valueIn,
} from '../model/metrics.ts';
import { drawingOf, seriesOf } from '../model/series.ts';
import { go, loader, moment, plan, seesNumbers, view } from '../state/app-state.ts';
import { prefer } from '../state/preferences.ts';
import { reportTexts } from '../texts/texts.ts';
import { Menu } from './menu.tsx';
import { Sparkline } from './sparkline.tsx';

/** The row of numbers. The chart shows the chosen one. */
export function NumbersRow() {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    const watch = new IntersectionObserver(([entry]) => {
      seesNumbers.value = entry!.isIntersecting;
    });
    watch.observe(section.current!);
    return () => {
      watch.disconnect();
      seesNumbers.value = true;
    };
  }, []);
  const { totals, series } = loader.shown.value;
  const { numbers, metric, before: period } = plan.value;
  const row = totals?.answer?.results[0];
  const columns = totals?.query.metrics ?? [];
  const before = period === undefined ? undefined : row?.comparison?.metrics;
  const over = series?.answer;
  const localNow = localTime(moment.value.nowMs, moment.value.zone);
  return (
    <section
      ref={section}
      class={loader.loading.value ? 'numbers stale' : 'numbers'}
      aria-label={reportTexts.numbers}
      style={{ '--numbers': numbers.length }}
    >
      {numbers.map((name) => {
        const value = valueIn(row?.metrics, columns, name);
        const change = changeOf(name, value, valueIn(before, columns, name));
        return (
          <button
            type="button"
            class="number"
            key={name}
            aria-pressed={metric === name}
            onClick={() => go({ metric: name })}
          >
            <span class="number-label">{labelOf(name, view.value.filters)}</span>
            <span class="number-value" title={showInFull(name, value)}>
              {showInRow(name, value)}
            </span>
            <span class={`number-change ${change?.tone ?? 'same'}`}>
              {change?.text ?? '\u00a0'}
            </span>
            <Sparkline
              drawing={
                over && drawingOf(seriesOf(over, series.query.metrics, name), undefined, localNow)
              }
            />
          </button>
        );
      })}
      {totals?.error !== undefined && <p class="notice">{totals.error}</p>}
    </section>
  );
}

/** Which numbers the row has; at least one. */
export function NumbersMenu() {
  const { numbers } = plan.value;
  const toggle = (name: ShownMetric) => {
    const next = numbersOffered.filter((one) => (one === name) !== numbers.includes(one));
    if (next.length > 0) prefer({ numbers: next });
  };
  return (
    <Menu class="plain soft" name={reportTexts.chooseNumbers} label={reportTexts.numbers}>
      {() => (
        <ul class="menu-list">
          {numbersOffered.map((name) => (
            <li key={name}>
              <button
                type="button"
                class="plain check"
                aria-pressed={numbers.includes(name)}
                onClick={() => toggle(name)}
              >
                {labelOf(name)}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Menu>
  );
}

/** The chosen number, where the row of them has scrolled out of sight. */
export function ChosenNumber() {
  const { totals } = loader.shown.value;
  const { metric } = plan.value;
  if (seesNumbers.value || totals?.answer === undefined) return null;
  const value = valueIn(totals.answer.results[0]?.metrics, totals.query.metrics, metric);
  return (
    <button type="button" class="plain chosen-number" onClick={() => scrollTo({ top: 0 })}>
      <b>{showMetric(metric, value)}</b>{' '}
      <span class="soft">{reportTexts.chosenNumber(labelOf(metric, view.value.filters))}</span>
    </button>
  );
}
