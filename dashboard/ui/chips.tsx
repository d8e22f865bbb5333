import { dimensions, showValue } from '../model/dimensions.ts';
import { type Filter, operatorLabels, opposite } from '../model/filters.ts';
import { go, view } from '../state/app-state.ts';

/** The filters, each with a button that reverses it and one that removes it. */
export function Chips() {
  const { filters } = view.value;
  if (filters.length === 0) return null;
  const replace = (filter: Filter, by: readonly Filter[]) =>
    go({ filters: filters.flatMap((entry) => (entry === filter ? by : [entry])) });
  return (
    <ul class="chips" aria-label="Filters">
      {filters.map((filter) => {
        const { label } = dimensions[filter.dimension];
        const values = filter.values
          .map((value) => showValue(filter.dimension, value))
          .join(' or ');
        return (
          <li class="chip" key={JSON.stringify(filter)}>
            <span>{label}</span>
            <button
              type="button"
              class="plain turn"
              title="Turn it round"
              aria-label={`${label} ${operatorLabels[filter.operator]} ${values}: turn it round`}
              onClick={() => replace(filter, [opposite(filter)])}
            >
              {operatorLabels[filter.operator]}
            </button>
            <span class="cut" title={values}>
              {values}
            </span>
            <button
              type="button"
              class="plain"
              aria-label={`Remove the filter ${label} ${operatorLabels[filter.operator]} ${values}`}
              onClick={() => replace(filter, [])}
            >
              ×
            </button>
          </li>
        );
      })}
      {filters.length > 1 && (
        <li>
          <button type="button" class="plain soft" onClick={() => go({ filters: [] })}>
            Remove all
          </button>
        </li>
      )}
    </ul>
  );
}
