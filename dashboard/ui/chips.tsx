import { canTurn, type Filter, opposite, type Test, wordsOf } from '../model/filters.ts';
import { textOfFilter } from '../model/fixed-filters.ts';
import { editing, go, view } from '../state/app-state.ts';
import { strangeFilters } from '../state/shared.ts';
import { segments } from '../state/site-notes.ts';
import { filterTexts } from '../texts/texts.ts';
import { SegmentMenu } from './segment-menu.tsx';
import { shownValue } from './shown-value.ts';

/** The filters: each can be edited, turned round, and removed. */
export function Chips() {
  const { filters } = view.value;
  const strange = strangeFilters.value;
  if (filters.length + strange.length === 0 && segments.value.length === 0) return null;
  const own = filters.filter(({ fixed }) => fixed === undefined);
  const replace = (filter: Filter, by: readonly Filter[]) =>
    go({ filters: filters.flatMap((entry) => (entry === filter ? by : [entry])) });
  return (
    <ul class="chips" aria-label={filterTexts.filters}>
      {filters
        .filter(({ fixed }) => fixed === true)
        .map((filter) => (
          <FixedChip key={JSON.stringify(filter)}>
            {filterTexts.anyOf([filter, ...(filter.or ?? [])].map(textOf))}
          </FixedChip>
        ))}
      {strange.map((filter) => (
        <FixedChip key={JSON.stringify(filter)}>{textOfFilter(filter)}</FixedChip>
      ))}
      {own.map((filter) => {
        const said = filterTexts.anyOf([filter, ...(filter.or ?? [])].map(textOf));
        return (
          <li class="chip" key={JSON.stringify(filter)}>
            <ChipWords filter={filter} onTurn={() => replace(filter, [opposite(filter)])} />
            {filter.dimension !== 'segment' && (
              <button
                type="button"
                class="plain"
                aria-label={filterTexts.editOf(said)}
                onClick={() => {
                  editing.value = filter;
                }}
              >
                {filterTexts.edit}
              </button>
            )}
            <button
              type="button"
              class="plain"
              aria-label={filterTexts.removeOf(said)}
              onClick={() => replace(filter, [])}
            >
              ×
            </button>
          </li>
        );
      })}
      {own.length > 1 && (
        <li>
          <button type="button" class="plain soft" onClick={() => go({ filters: [] })}>
            {filterTexts.removeAll}
          </button>
        </li>
      )}
      <li>
        <SegmentMenu />
      </li>
    </ul>
  );
}

/** Of a shared link: nobody takes it off. */
function FixedChip({ children }: { children: string }) {
  return (
    <li class="chip fixed" title={filterTexts.isFixed}>
      <span class="soft">{filterTexts.only}</span>
      <span class="cut">{children}</span>
    </li>
  );
}

const valuesOf = ({ dimension, values }: Test) =>
  filterTexts.values(values.map((value) => shownValue(dimension, value)));

function textOf(test: Test): string {
  const { what, how } = wordsOf(test);
  return filterTexts.whole(what, how, valuesOf(test));
}

function ChipWords({ filter, onTurn }: { filter: Filter; onTurn: () => void }) {
  const { or = [] } = filter;
  const { what, how } = wordsOf(filter);
  const values = valuesOf(filter);
  const turned = filter.done === undefined ? how : what;
  const turn = canTurn(filter) ? (
    <button
      type="button"
      class="plain turn"
      title={filterTexts.turn}
      aria-label={filterTexts.turnOf(textOf(filter))}
      onClick={onTurn}
    >
      {turned}
    </button>
  ) : (
    <span class="soft">{turned}</span>
  );
  return (
    <>
      {filter.done === undefined && <span>{what}</span>}
      {turn}
      {filter.done !== undefined && <span>{how}</span>}
      <span class="cut" title={values}>
        {values}
      </span>
      {or.map((test) => (
        <span class="cut" key={textOf(test)} title={textOf(test)}>
          <span class="soft">{filterTexts.or}</span> {textOf(test)}
        </span>
      ))}
    </>
  );
}
