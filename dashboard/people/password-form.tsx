import { useState } from 'preact/hooks';
import { peopleApi } from '../api/people.ts';
import { accountTexts } from '../texts/texts.ts';
import { FormField } from './form-field.tsx';
import { useTrying } from './use-trying.ts';

type Props = { readonly hasPassword: boolean; readonly onSet: () => Promise<unknown> };

/** Sets one's password; who has one says it, too. */
export function PasswordForm({ hasPassword, onSet }: Props) {
  const [present, setPresent] = useState('');
  const [password, setPassword] = useState('');
  const [said, setSaid] = useState('');
  const trying = useTrying();
  const send = async () => {
    setSaid('');
    await peopleApi.setPassword({ password, ...(hasPassword && { present }) });
    setPresent('');
    setPassword('');
    setSaid(accountTexts.saved);
    await onSet();
  };
  return (
    <form
      class="form adding"
      onSubmit={(event) => {
        event.preventDefault();
        void trying.attempt(send);
      }}
    >
      <h3>{accountTexts.password}</h3>
      {hasPassword && (
        <FormField
          label={accountTexts.present}
          problem={trying.of('present')}
          type="password"
          required
          autocomplete="current-password"
          value={present}
          onChange={setPresent}
        />
      )}
      <FormField
        label={accountTexts.newPassword}
        help={accountTexts.passwordHelp}
        problem={trying.of('password')}
        type="password"
        required
        maxLength={200}
        autocomplete="new-password"
        value={password}
        onChange={setPassword}
      />
      <p class="bad" role="alert">
        {trying.besides('present', 'password')}
      </p>
      <div class="beside">
        <button type="submit" class="button">
          {accountTexts.setPassword}
        </button>
        <span role="status">{said}</span>
      </div>
    </form>
  );
}
