import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { FilterOperator } from '../api/types.ts';
import {
  type Dimension,
  dimensionNames,
  dimensionOf,
  isDimension,
  notSet,
  ofCities,
  propIn,
  readValue,
  showValue,
} from '../model/dimensions.ts';
import {
  addFilter,
  type Done,
  type Filter,
  isOfHits,
  operatorLabels,
  operatorsFor,
  type Test,
} from '../model/filters.ts';
import { dateRangeOf, periodOf } from '../model/ranges.ts';
import { editing, go, hasCities, moment, view } from '../state/app-state.ts';
import { Dialog } from './dialog.tsx';
import { onShortcut } from './shortcuts.ts';

/** Dimensions that are never filled are not offered. */
const isFilled = (name: Dimension) => hasCities.value || !ofCities.includes(name);

const typingMs = 200;

export function FilterButton() {
  useEffect(
    () =>
      onShortcut((key, event) => {
        if (key !== '/') return;
        event.preventDefault();
        editing.value = 'page';
      }),
    [],
  );
  const filter = editing.value;
  return (
    <>
      <button
        type="button"
        class="button"
        onClick={() => {
          editing.value = 'page';
        }}
      >
        Filter <kbd>/</kbd>
      </button>
      {filter !== undefined && (
        <FilterDialog
          filter={typeof filter === 'string' ? undefined : filter}
          dimension={typeof filter === 'string' ? filter : 'page'}
          onClose={() => {
            editing.value = undefined;
          }}
        />
      )}
    </>
  );
}

/** A test as it is written; `text` is the value that is being typed. */
type Draft = {
  readonly key: number;
  readonly dimension: Dimension;
  readonly operator: FilterOperator;
  readonly done: Done | undefined;
  readonly values: readonly string[];
  readonly text: string;
};

let drafts = 0;

const draftOf = (test?: Test): Draft => ({
  ...{ key: ++drafts, dimension: test?.dimension ?? 'page', operator: test?.operator ?? 'is' },
  ...{ done: test?.done, values: test?.values ?? [], text: '' },
});

type DialogProps = {
  readonly filter: Filter | undefined;
  /** Of a new one. */
  readonly dimension: Dimension;
  readonly onClose: () => void;
};

function FilterDialog({ filter, dimension, onClose }: DialogProps) {
  const [all, setAll] = useState<readonly Draft[]>(() =>
    filter === undefined
      ? [{ ...draftOf(), dimension }]
      : [filter, ...(filter.or ?? [])].map(draftOf),
  );
  const [problem, setProblem] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const change = (key: number, by: Partial<Draft>) => {
    setAll((present) => present.map((one) => (one.key === key ? { ...one, ...by } : one)));
    setProblem('');
  };
  const apply = (event: Event) => {
    event.preventDefault();
    const tests = all.map(testOf);
    const empty = tests.findIndex(({ values }) => values.length === 0);
    if (empty >= 0) {
      const { label } = dimensionOf(tests[empty]!.dimension);
      setProblem(
        `Nothing to filter by yet: type a value of ${label.toLowerCase()}, ` +
          'or choose one of the list.',
      );
      form.current?.querySelectorAll<HTMLElement>('.value-field input')[empty]?.focus();
      return;
    }
    const [first, ...or] = tests as [Test, ...Test[]];
    const made: Filter = or.length === 0 ? first : { ...first, or };
    const { filters } = view.peek();
    go({
      filters:
        filter === undefined
          ? addFilter(filters, made)
          : filters.map((one) => (one === filter ? made : one)),
    });
    onClose();
  };
  return (
    <Dialog title={filter === undefined ? 'Filter' : 'Edit the filter'} onClose={onClose}>
      <form ref={form} class="filter-form" noValidate onSubmit={apply}>
        {all.map((draft, i) => (
          <TestFields
            key={draft.key}
            draft={draft}
            isFirst={i === 0}
            problemId={`${id}-problem`}
            isWrong={problem !== ''}
            onChange={(by) => change(draft.key, by)}
            onRemove={() => setAll(all.filter((one) => one !== draft))}
          />
        ))}
        <p id={`${id}-problem`} class="bad" role="alert">
          {problem}
        </p>
        <div class="filter-end">
          <button
            type="button"
            class="button"
            onClick={() => setAll([...all, { ...draftOf(), dimension: all.at(-1)!.dimension }])}
          >
            Or …
          </button>
          <button type="submit" class="button main">
            {filter === undefined ? 'Filter' : 'Apply'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** The values of a draft with what is still typed. */
function testOf({ dimension, operator, done, values, text }: Draft): Test {
  const typed = text.trim();
  const all =
    typed === '' ? values : [...new Set([...values, typedValue(dimension, operator, typed)])];
  return { dimension, operator, values: all, ...(done !== undefined && { done }) };
}

const typedValue = (dimension: Dimension, operator: FilterOperator, typed: string): string =>
  operator.startsWith('is') ? readValue(dimension, typed) : typed;

type FieldsProps = {
  readonly draft: Draft;
  readonly isFirst: boolean;
  readonly problemId: string;
  readonly isWrong: boolean;
  readonly onChange: (by: Partial<Draft>) => void;
  readonly onRemove: () => void;
};

const whoseLabels = { '': 'This', has_done: 'Visit has', has_not_done: 'Visit has not' } as const;

function TestFields({ draft, isFirst, problemId, isWrong, onChange, onRemove }: FieldsProps) {
  const { dimension, operator, done } = draft;
  const prop = propIn(dimension);
  return (
    <fieldset class="filter-test">
      <legend class={isFirst ? 'unseen' : 'soft'}>{isFirst ? 'Filter' : 'or'}</legend>
      <select
        class="input"
        aria-label="What"
        value={prop === undefined ? dimension : 'prop'}
        onChange={({ currentTarget: { value } }) => {
          const next = value === 'prop' ? 'prop:plan' : (value as Dimension);
          const kept = isOfHits(next) ? done : undefined;
          onChange({ dimension: next, operator: 'is', values: [], text: '', done: kept });
        }}
      >
        {dimensionNames.filter(isFilled).map((name) => (
          <option value={name} key={name}>
            {dimensionOf(name).label}
          </option>
        ))}
        <option value="prop">Property</option>
      </select>
      {prop !== undefined && (
        <input
          class="input"
          aria-label="Name of the property"
          value={prop}
          maxLength={300}
          onInput={({ currentTarget: { value } }) => {
            const next = `prop:${value}`;
            if (isDimension(next)) onChange({ dimension: next, values: [] });
          }}
        />
      )}
      {isOfHits(dimension) && (
        <select
          class="input"
          aria-label="Whose"
          value={done ?? ''}
          onChange={({ currentTarget: { value } }) =>
            onChange({ done: value === '' ? undefined : (value as Done) })
          }
        >
          {Object.entries(whoseLabels).map(([name, label]) => (
            <option value={name} key={name}>
              {label}
            </option>
          ))}
        </select>
      )}
      <select
        class="input"
        aria-label="How"
        value={operator}
        onChange={({ currentTarget: { value } }) => onChange({ operator: value as FilterOperator })}
      >
        {operatorsFor(dimension).map((name) => (
          <option value={name} key={name}>
            {operatorLabels[name]}
          </option>
        ))}
      </select>
      <ValueField
        draft={draft}
        isFirst={isFirst}
        problemId={problemId}
        isWrong={isWrong}
        onChange={onChange}
      />
      {!isFirst && (
        <button type="button" class="plain soft" onClick={onRemove}>
          Remove
        </button>
      )}
    </fieldset>
  );
}

type ValueProps = Omit<FieldsProps, 'onRemove'>;

/** The values, each with a button that removes it, and a field for one more. */
function ValueField({ draft, isFirst, problemId, isWrong, onChange }: ValueProps) {
  const { dimension, operator, values, text } = draft;
  const known = useValues(dimension, text);
  const id = useId();
  const add = (typed: string) => {
    const exact = known.find((value) => showValue(dimension, value) === typed);
    const value = operator.startsWith('is')
      ? (exact ?? typedValue(dimension, operator, typed))
      : typed;
    onChange({ values: [...new Set([...values, value])], text: '' });
  };
  return (
    <div class="value-field">
      {values.map((value) => (
        <span class="value" key={value}>
          <span class="cut" title={value}>
            {showValue(dimension, value)}
          </span>
          <button
            type="button"
            class="plain"
            aria-label={`Remove ${showValue(dimension, value)}`}
            onClick={() => onChange({ values: values.filter((one) => one !== value) })}
          >
            ×
          </button>
        </span>
      ))}
      <input
        class="input"
        {...(isFirst && { 'data-first': true })}
        aria-label="Value"
        aria-describedby={problemId}
        aria-invalid={isWrong && values.length === 0}
        list={id}
        value={text}
        maxLength={500}
        autocomplete="off"
        placeholder={values.length > 0 ? 'or' : ''}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          // A choice from the list comes as one input, without a key.
          const isChoice =
            event instanceof InputEvent === false || event.inputType === 'insertReplacementText';
          if (isChoice && known.some((value) => showValue(dimension, value) === typed)) add(typed);
          else onChange({ text: typed });
        }}
        onKeyDown={(event) => {
          const typed = text.trim();
          if (event.key === 'Backspace' && text === '' && values.length > 0)
            onChange({ values: values.slice(0, -1) });
          if (event.key !== ',' || typed === '' || operator.startsWith('matches')) return;
          event.preventDefault();
          add(typed);
        }}
      />
      <datalist id={id}>
        {known
          .filter((value) => !values.includes(value))
          .map((value) => (
            <option value={showValue(dimension, value)} key={value} />
          ))}
      </datalist>
    </div>
  );
}

/** Frequent values of a dimension in the view's range that contain what is typed. */
function useValues(dimension: Dimension, text: string): readonly string[] {
  const [found, setFound] = useState<readonly string[]>([]);
  // These are stored as codes, and there are few: the browser searches their names.
  const search = ['country', 'language'].includes(dimension) ? '' : text.trim();
  useEffect(() => {
    const stop = new AbortController();
    const { name } = dimensionOf(dimension);
    const searches =
      search === '' || dimension === 'goal'
        ? []
        : [['contains', name, [search], { case_sensitive: false }] as const];
    const query = {
      metrics: ['visitors'],
      date_range: dateRangeOf(periodOf(view.peek().range, moment.peek())),
      dimensions: [name],
      filters: searches,
      pagination: { limit: 200, offset: 0 },
    } as const;
    const wait = setTimeout(
      () => {
        api.batch(view.peek().site ?? '', [query], stop.signal).then(
          ([result]) => {
            if (result === undefined || 'error' in result) return;
            const values = result.results.map((row) => row.dimensions[0] ?? '');
            setFound(values.filter((value) => value !== notSet));
          },
          () => undefined, // Without suggestions, a value can still be typed.
        );
      },
      search === '' ? 0 : typingMs,
    );
    return () => {
      clearTimeout(wait);
      stop.abort();
    };
  }, [dimension, search]);
  return found;
}
