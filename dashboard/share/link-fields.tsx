import type { LinkFields } from '../model/link-fields.ts';
import { partLabels } from '../model/parts.ts';
import { isoDay } from '../model/share.ts';

type Props = {
  readonly fields: LinkFields;
  readonly onChange: (change: Partial<LinkFields>) => void;
  /** The API's name of the field that was refused. */
  readonly refused: string | undefined;
  /** It has a password, which can be taken off. */
  readonly hasPassword: boolean;
};

/** What a shared link hides, and where it may stand. */
export function LinkFieldset({ fields, onChange, refused, hasPassword }: Props) {
  const text = (name: 'password' | 'expires' | 'hideBelow' | 'embedOn', field: string) => ({
    ...{ class: 'input', value: fields[name], 'aria-invalid': refused === field },
    onInput: (event: Event) =>
      onChange({ [name]: (event.currentTarget as HTMLInputElement).value }),
  });
  return (
    <>
      <label class="field">
        {hasPassword ? 'Another password' : 'Password, if it is to have one'}
        <input
          {...text('password', 'password')}
          type="password"
          autocomplete="new-password"
          maxLength={200}
          disabled={fields.hasNoPassword}
        />
      </label>
      {hasPassword && (
        <Switch
          label="Without a password"
          on={fields.hasNoPassword}
          onChange={(on) => onChange({ hasNoPassword: on, password: '' })}
        />
      )}
      <label class="field">
        Last day on which it works
        <input {...text('expires', 'expires')} type="date" min={isoDay(Date.now())} />
      </label>
      <label class="field">
        Hide rows of fewer visitors than
        <input {...text('hideBelow', 'hide_below')} type="number" min={2} />
      </label>
      <label class="field">
        Sites whose pages may embed it, one a line
        <textarea {...text('embedOn', 'embed_on')} rows={2} placeholder="https://blog.example" />
      </label>
      <label class="field">
        Light or dark
        <select
          class="input"
          value={fields.theme}
          onChange={({ currentTarget: { value } }) => onChange({ theme: value })}
        >
          <option value="">As the system of who looks at it</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </label>
      <fieldset class="link-parts">
        <legend>
          Parts that are drawn; all, if none is chosen. What is not drawn can still be asked for.
        </legend>
        {Object.entries(partLabels).map(([name, label]) => (
          <Switch
            key={name}
            label={label}
            on={fields.parts.includes(name)}
            onChange={(on) =>
              onChange({
                parts: Object.keys(partLabels).filter((one) =>
                  one === name ? on : fields.parts.includes(one),
                ),
              })
            }
          />
        ))}
      </fieldset>
      <Switch
        label="Only its badge and counter, for a page that everybody reads"
        on={fields.badgeOnly}
        onChange={(on) => onChange({ badgeOnly: on })}
      />
    </>
  );
}

type SwitchProps = {
  readonly label: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
};

function Switch({ label, on, onChange }: SwitchProps) {
  return (
    <label class="switch">
      <input
        type="checkbox"
        checked={on}
        onChange={({ currentTarget: { checked } }) => onChange(checked)}
      />{' '}
      {label}
    </label>
  );
}
