import { useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import type { SharedLink } from '../api/types.ts';
import { blankFields, changedFields, fieldsOf, type LinkFields } from '../model/link-fields.ts';
import { moment } from '../state/app-state.ts';
import { shareTexts } from '../texts/texts.ts';
import { LinkFieldset } from './link-fields.tsx';

type Props = {
  /** The link that is changed; a new one without it. */
  readonly link?: SharedLink;
  readonly firstName?: string;
  /** Sends what was changed. Rejects with an `ApiError`. */
  readonly onSave: (changed: Readonly<Record<string, unknown>>) => Promise<unknown>;
};

/** What a link is called, and what it hides. */
export function LinkForm({ link, firstName = '', onSave }: Props) {
  const before = link === undefined ? blankFields('') : fieldsOf(link, moment.value.zone);
  const [fields, setFields] = useState<LinkFields>(
    link === undefined ? { ...before, name: firstName } : before,
  );
  const [problem, setProblem] = useState<ApiError | undefined>();
  const change = (changed: Partial<LinkFields>) => setFields({ ...fields, ...changed });
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await onSave(changedFields(fields, before));
      setProblem(undefined);
      if (link === undefined) setFields(blankFields(''));
    } catch (error) {
      setProblem(error as ApiError);
    }
  };
  const fieldset = (
    <LinkFieldset
      fields={fields}
      onChange={change}
      refused={problem?.field}
      hasPassword={link?.has_password === true}
    />
  );
  return (
    <form class="form link-form" onSubmit={(event) => void save(event)}>
      <label class="field">
        {shareTexts.name}
        <input
          class="input"
          data-first
          required
          maxLength={120}
          aria-invalid={problem?.field === 'name'}
          value={fields.name}
          onInput={({ currentTarget: { value } }) => change({ name: value })}
        />
      </label>
      {link === undefined ? (
        <details>
          <summary>{shareTexts.details}</summary>
          <div class="form">{fieldset}</div>
        </details>
      ) : (
        fieldset
      )}
      <p class="bad" role="alert">
        {problem?.message}
      </p>
      <button type="submit" class="button main">
        {link === undefined ? shareTexts.make : shareTexts.save}
      </button>
    </form>
  );
}
