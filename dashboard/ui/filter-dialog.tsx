import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { FilterOperator } from '../api/types.ts';
import {
  type Dimension,
  dimensionNames,
  dimensions,
  notSet,
  ofCities,
  readValue,
  showValue,
} from '../model/dimensions.ts';
import { addFilter, operatorLabels } from '../model/filters.ts';
import { dateRangeOf, periodOf } from '../model/ranges.ts';
import { go, hasCities, moment, view } from '../state/app-state.ts';
import { Dialog } from './dialog.tsx';
import { onShortcut } from './shortcuts.ts';

/** Dimensions that are never filled are not offered. */
const isFilled = (name: Dimension) => hasCities.value || !ofCities.includes(name);

export function FilterButton() {
  const [open, setOpen] = useState(false);
  useEffect(
    () =>
      onShortcut((key, event) => {
        if (key !== '/') return;
        event.preventDefault();
        setOpen(true);
      }),
    [],
  );
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        Filter <kbd>/</kbd>
      </button>
      {open && <FilterDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function FilterDialog({ onClose }: { onClose: () => void }) {
  const [dimension, setDimension] = useState<Dimension>('page');
  const [operator, setOperator] = useState<FilterOperator>('is');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const known = useValues(dimension);
  const id = useId();
  // Countries are stored as codes, so searching for a part of a name would find nothing.
  const operators = Object.keys(operatorLabels).filter(
    (name) => dimension !== 'country' || !name.startsWith('contains'),
  );
  const what = dimensions[dimension].label;
  const add = (event: Event) => {
    event.preventDefault();
    const trimmed = text.trim();
    if (trimmed === '') {
      setProblem(
        `Nothing to filter by yet: type a value of ${what.toLowerCase()}, ` +
          'or choose one of the list.',
      );
      field.current?.focus();
      return;
    }
    const exact = known.find((value) => showValue(dimension, value) === trimmed);
    const values = [
      operator.startsWith('contains') ? trimmed : (exact ?? readValue(dimension, trimmed)),
    ];
    go({ filters: addFilter(view.peek().filters, { operator, dimension, values }) });
    onClose();
  };
  return (
    <Dialog title="Filter" class="small" onClose={onClose}>
      <form class="filter-form" noValidate onSubmit={add}>
        <select
          class="input"
          aria-label="What"
          value={dimension}
          onChange={(event) => {
            setDimension(event.currentTarget.value as Dimension);
            setOperator('is');
            setProblem('');
          }}
        >
          {dimensionNames.filter(isFilled).map((name) => (
            <option value={name} key={name}>
              {dimensions[name].label}
            </option>
          ))}
        </select>
        <select
          class="input"
          aria-label="How"
          value={operator}
          onChange={(event) => setOperator(event.currentTarget.value as FilterOperator)}
        >
          {operators.map((name) => (
            <option value={name} key={name}>
              {operatorLabels[name as FilterOperator]}
            </option>
          ))}
        </select>
        <input
          ref={field}
          class="input"
          data-first
          aria-label="Value"
          aria-describedby={`${id}-problem`}
          aria-invalid={problem !== ''}
          list={id}
          value={text}
          maxLength={500}
          autocomplete="off"
          onInput={(event) => {
            setText(event.currentTarget.value);
            setProblem('');
          }}
        />
        <datalist id={id}>
          {known.map((value) => (
            <option value={showValue(dimension, value)} key={value} />
          ))}
        </datalist>
        <p id={`${id}-problem`} class="bad" role="alert">
          {problem}
        </p>
        <button type="submit" class="button main">
          Filter
        </button>
      </form>
    </Dialog>
  );
}

/** The most frequent values of a dimension in the view's range, to choose from. */
function useValues(dimension: Dimension): readonly string[] {
  const [values, setValues] = useState<readonly string[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    setValues([]);
    const query = {
      metrics: ['visitors'],
      date_range: dateRangeOf(periodOf(view.peek().range, moment.peek())),
      dimensions: [dimensions[dimension].name],
      pagination: { limit: 200, offset: 0 },
    } as const;
    api.batch(view.peek().site ?? '', [query], stop.signal).then(
      ([result]) => {
        if (result === undefined || 'error' in result) return;
        setValues(
          result.results.map((row) => row.dimensions[0] ?? '').filter((value) => value !== notSet),
        );
      },
      () => undefined, // Without suggestions, a value can still be typed.
    );
    return () => stop.abort();
  }, [dimension]);
  return values;
}
