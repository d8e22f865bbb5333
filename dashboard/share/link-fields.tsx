import type { LinkFields } from '../model/link-fields.ts';
import { partLabels } from '../model/parts.ts';
import { isoDay } from '../model/share.ts';
import { linkFieldTexts } from '../texts/texts.ts';

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
        {hasPassword ? linkFieldTexts.anotherPassword : linkFieldTexts.password}
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
          label={linkFieldTexts.withoutPassword}
          on={fields.hasNoPassword}
          onChange={(on) => onChange({ hasNoPassword: on, password: '' })}
        />
      )}
      <label class="field">
        {linkFieldTexts.expires}
        <input {...text('expires', 'expires')} type="date" min={isoDay(Date.now())} />
      </label>
      <label class="field">
        {linkFieldTexts.hideBelow}
        <input {...text('hideBelow', 'hide_below')} type="number" min={2} />
      </label>
      <label class="field">
        {linkFieldTexts.embedOn}
        <textarea
          {...text('embedOn', 'embed_on')}
          rows={2}
          placeholder={linkFieldTexts.embedExample}
        />
      </label>
      <label class="field">
        {linkFieldTexts.theme}
        <select
          class="input"
          value={fields.theme}
          onChange={({ currentTarget: { value } }) => onChange({ theme: value })}
        >
          <option value="">{linkFieldTexts.bySystem}</option>
          <option value="light">{linkFieldTexts.light}</option>
          <option value="dark">{linkFieldTexts.dark}</option>
        </select>
      </label>
      <fieldset class="link-parts">
        <legend>{linkFieldTexts.parts}</legend>
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
        label={linkFieldTexts.badgeOnly}
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
