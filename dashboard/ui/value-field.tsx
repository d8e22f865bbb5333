import { useEffect, useId, useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { FilterOperator } from '../api/types.ts';
import { type Dimension, dimensionOf, notSet, readValue, showValue } from '../model/dimensions.ts';
import { dateRangeOf, periodOf } from '../model/ranges.ts';
import { moment, view } from '../state/app-state.ts';
import { filterTexts } from '../texts/texts.ts';

/** So long after the last letter the server is asked for values that contain it. */
const typingMs = 200;

/** The values of a test, and the one that is being typed. */
type Typed = {
  readonly dimension: Dimension;
  readonly operator: FilterOperator;
  readonly values: readonly string[];
  readonly text: string;
};

type Props = {
  readonly draft: Typed;
  readonly isFirst: boolean;
  readonly problemId: string;
  readonly isWrong: boolean;
  readonly onChange: (by: Partial<Pick<Typed, 'values' | 'text'>>) => void;
};

/** What a typed text means: a country's name its code, say. */
export const typedValue = (
  dimension: Dimension,
  operator: FilterOperator,
  typed: string,
): string => (operator.startsWith('is') ? readValue(dimension, typed) : typed);

/** The values, each with a button that removes it, and a field for one more. */
export function ValueField({ draft, isFirst, problemId, isWrong, onChange }: Props) {
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
            aria-label={filterTexts.removeValue(showValue(dimension, value))}
            onClick={() => onChange({ values: values.filter((one) => one !== value) })}
          >
            ×
          </button>
        </span>
      ))}
      <input
        class="input"
        {...(isFirst && { 'data-first': true })}
        aria-label={filterTexts.value}
        aria-describedby={problemId}
        aria-invalid={isWrong && values.length === 0}
        list={id}
        value={text}
        maxLength={500}
        autocomplete="off"
        placeholder={values.length > 0 ? filterTexts.or : ''}
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
