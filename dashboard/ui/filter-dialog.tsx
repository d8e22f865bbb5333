import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { FilterOperator } from '../api/types.ts';
import {
  type Dimension,
  dimensionNames,
  dimensionOf,
  isDimension,
  ofCities,
  propIn,
} from '../model/dimensions.ts';
import { everySite } from '../model/every-site.ts';
import {
  addFilter,
  type Done,
  type Filter,
  isOfHits,
  operatorsFor,
  type Test,
} from '../model/filters.ts';
import { editing, go, hasCities, view } from '../state/app-state.ts';
import { filterTexts, operatorTexts } from '../texts/texts.ts';
import { Dialog } from './dialog.tsx';
import { onShortcut } from './shortcuts.ts';
import { typedValue, ValueField } from './value-field.tsx';

/** Dimensions that are never filled are not offered. */
const isFilled = (name: Dimension) =>
  (hasCities.value || !ofCities.includes(name)) &&
  (name !== 'goal' || view.value.site !== everySite);

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
        {filterTexts.filter} <kbd>/</kbd>
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
      setProblem(filterTexts.nothingYet(label));
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
    <Dialog
      title={filter === undefined ? filterTexts.filter : filterTexts.editing}
      onClose={onClose}
    >
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
            {filterTexts.orMore}
          </button>
          <button type="submit" class="button main">
            {filter === undefined ? filterTexts.filter : filterTexts.apply}
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

type FieldsProps = {
  readonly draft: Draft;
  readonly isFirst: boolean;
  readonly problemId: string;
  readonly isWrong: boolean;
  readonly onChange: (by: Partial<Draft>) => void;
  readonly onRemove: () => void;
};

const whoseLabels = { '': filterTexts.whoseThis, ...filterTexts.visitHas };

function TestFields({ draft, isFirst, problemId, isWrong, onChange, onRemove }: FieldsProps) {
  const { dimension, operator, done } = draft;
  const prop = propIn(dimension);
  return (
    <fieldset class="filter-test">
      <legend class={isFirst ? 'unseen' : 'soft'}>
        {isFirst ? filterTexts.filter : filterTexts.or}
      </legend>
      <select
        class="input"
        aria-label={filterTexts.what}
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
        <option value="prop">{filterTexts.property}</option>
      </select>
      {prop !== undefined && (
        <input
          class="input"
          aria-label={filterTexts.propertyName}
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
          aria-label={filterTexts.whose}
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
        aria-label={filterTexts.how}
        value={operator}
        onChange={({ currentTarget: { value } }) => onChange({ operator: value as FilterOperator })}
      >
        {operatorsFor(dimension).map((name) => (
          <option value={name} key={name}>
            {operatorTexts[name]}
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
          {filterTexts.remove}
        </button>
      )}
    </fieldset>
  );
}
