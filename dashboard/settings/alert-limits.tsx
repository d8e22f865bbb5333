import { useId } from 'preact/hooks';
import type { Limits, What } from '../api/notifications.ts';
import { isAsked, limitNames, limits } from '../model/alert-limits.ts';
import { notificationTexts as texts } from '../texts/texts.ts';

type Props = {
  readonly what: readonly What[];
  readonly given: Limits;
  readonly problemOf: (field: string) => string | undefined;
  readonly onChange: (given: Limits) => void;
};

/** When an alert is sent: a number for each thing that the chosen ones are judged by. */
export function AlertLimits({ what, given, problemOf, onChange }: Props) {
  const id = useId();
  const asked = limitNames.filter((name) => isAsked(name, what));
  if (asked.length === 0) return null;
  return (
    <fieldset class="limits">
      <legend>{texts.limits}</legend>
      {asked.map((name) => {
        const { usual, of: _, ...bounds } = limits[name];
        return (
          <div class="field" key={name}>
            <label for={`${id}-${name}`}>{texts.limit[name]}</label>
            <input
              class="input"
              type="number"
              id={`${id}-${name}`}
              required
              {...bounds}
              aria-describedby={`${id}-${name}-problem`}
              value={given[name] ?? usual}
              onInput={({ currentTarget: { valueAsNumber } }) => {
                if (!Number.isNaN(valueAsNumber)) onChange({ ...given, [name]: valueAsNumber });
              }}
            />
            <p id={`${id}-${name}-problem`} class="bad" role="alert">
              {problemOf(name)}
            </p>
          </div>
        );
      })}
    </fieldset>
  );
}
