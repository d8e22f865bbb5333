import { useId } from 'preact/hooks';

type Props = {
  readonly label: string;
  readonly help?: string;
  /** What was wrong with it. */
  readonly problem?: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type: 'text' | 'email' | 'password';
  /** What a password manager fills in. */
  readonly autocomplete: string;
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly placeholder?: string;
};

/** A field of text with its label, its help, and what was wrong with it. */
export function FormField({ label, help = '', problem, type, value, onChange, ...input }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...input}
        // Preact has another type for each kind of input.
        type={type as 'text'}
        class="input"
        id={id}
        autocapitalize={type === 'text' ? undefined : 'off'}
        spellcheck={false}
        aria-describedby={`${id}-help ${id}-problem`}
        aria-invalid={problem !== undefined}
        value={value}
        onInput={({ currentTarget }) => onChange(currentTarget.value)}
      />
      {help !== '' && <small id={`${id}-help`}>{help}</small>}
      <p id={`${id}-problem`} class="bad" role="alert">
        {problem}
      </p>
    </div>
  );
}
