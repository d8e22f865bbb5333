import { useId } from 'preact/hooks';
import type { Settings } from '../api/types.ts';
import { settingsTexts } from '../texts/texts.ts';
import type { SettingField } from './fields.ts';

type Value = Settings[string];

type Props = {
  readonly field: SettingField;
  readonly value: Value | undefined;
  readonly problem: string | undefined;
  readonly onChange: (value: Value) => void;
};

/** One setting with its label, its help, and what was wrong with it. */
export function SettingInput({ field, value, problem, onChange }: Props) {
  const id = useId();
  const { label, help, kind } = field;
  const shared = {
    ...{ id, class: 'input', 'aria-describedby': `${id}-help ${id}-problem` },
    'aria-invalid': problem !== undefined,
  };
  const notes = (
    <>
      {help !== '' && <small id={`${id}-help`}>{help}</small>}
      <p id={`${id}-problem`} class="bad" role="alert">
        {problem}
      </p>
    </>
  );
  if (kind === 'flag') {
    return (
      <div class="field">
        <label class="switch">
          <input
            type="checkbox"
            aria-describedby={`${id}-help`}
            checked={value === true}
            onChange={(event) => onChange(event.currentTarget.checked)}
          />{' '}
          {label}
        </label>
        {notes}
      </div>
    );
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {kind === 'text' && (
        <input
          {...shared}
          value={String(value ?? '')}
          autocapitalize="off"
          spellcheck={false}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      )}
      {kind === 'choice' && (
        <select
          {...shared}
          value={String(value ?? '')}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          {field.choices.map(([name, words]) => (
            <option value={name} key={name}>
              {words}
            </option>
          ))}
        </select>
      )}
      {kind === 'lines' && <Lines shared={shared} value={value} onChange={onChange} />}
      {kind === 'number-or' && (
        <div class="beside">
          <input
            {...shared}
            type="number"
            min={1}
            max={36_500}
            placeholder={field.words}
            value={typeof value === 'number' || /^\d+$/.test(String(value)) ? String(value) : ''}
            onInput={({ currentTarget: { value: typed } }) =>
              onChange(typed === '' ? field.otherwise : Number(typed))
            }
          />
          <span class="soft">{value === field.otherwise ? field.words : settingsTexts.days}</span>
        </div>
      )}
      {kind === 'words-or-lines' && (
        <>
          <select
            {...shared}
            value={typeof value === 'string' ? value : 'list'}
            onChange={({ currentTarget: { value: word } }) => onChange(word === 'list' ? [] : word)}
          >
            {field.words.map(([name, words]) => (
              <option value={name} key={name}>
                {words}
              </option>
            ))}
            <option value="list">{settingsTexts.these}</option>
          </select>
          {Array.isArray(value) && (
            <Lines shared={{ class: 'input', label }} value={value} onChange={onChange} />
          )}
        </>
      )}
      {notes}
    </div>
  );
}

type LinesProps = {
  readonly shared: { readonly class: string; readonly id?: string; readonly label?: string };
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
};

/** A list, one a line. */
function Lines({ shared: { label, ...shared }, value, onChange }: LinesProps) {
  const lines = Array.isArray(value) ? (value as readonly string[]) : [];
  return (
    <textarea
      {...shared}
      aria-label={label}
      rows={Math.min(12, Math.max(3, lines.length + 1))}
      spellcheck={false}
      value={lines.join('\n')}
      onInput={(event) => onChange(event.currentTarget.value.split('\n'))}
    />
  );
}
