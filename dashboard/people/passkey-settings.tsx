import { useState } from 'preact/hooks';
import { type Passkey, peopleApi } from '../api/people.ts';
import { showMoment } from '../model/dates.ts';
import { hasPasskeys, makePasskey } from '../pages/passkeys.ts';
import { KeptList, useKept } from '../settings/kept-list.tsx';
import { browserZone } from '../state/app-state.ts';
import { accountTexts } from '../texts/texts.ts';
import { FormField } from './form-field.tsx';
import { useTrying } from './use-trying.ts';

/** One's passkeys: each is made by this browser, has a name, and can be ended. */
export function PasskeySettings({ hasPassword }: { hasPassword: boolean }) {
  const kept = useKept(peopleApi.passkeys);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const trying = useTrying();
  const add = async () => {
    const options = await peopleApi.passkeyOptions(password);
    const credential = await makePasskey(options);
    if (credential === undefined) throw new Error(accountTexts.notMade);
    await peopleApi.keepPasskey(name.trim(), credential);
    setName('');
    setPassword('');
    await kept.change(async () => undefined);
  };
  return (
    <form
      class="form adding"
      onSubmit={(event) => {
        event.preventDefault();
        void trying.attempt(add);
      }}
    >
      <h3>{accountTexts.passkeys}</h3>
      <KeptList
        kept={kept}
        empty={accountTexts.noPasskeys}
        name={(one) => one.name}
        words={wordsOf}
        remove={({ id }) => peopleApi.endPasskey(id)}
      />
      {!hasPasskeys() && <p class="soft">{accountTexts.unusable}</p>}
      {hasPasskeys() && (
        <>
          <FormField
            label={accountTexts.passkeyName}
            problem={trying.of('name')}
            type="text"
            required
            maxLength={120}
            autocomplete="off"
            value={name}
            onChange={setName}
          />
          {hasPassword && (
            <FormField
              label={accountTexts.present}
              problem={trying.of('password')}
              type="password"
              required
              autocomplete="current-password"
              value={password}
              onChange={setPassword}
            />
          )}
          <p class="bad" role="alert">
            {trying.besides('name', 'password')}
          </p>
          <button type="submit" class="button">
            {accountTexts.addPasskey}
          </button>
        </>
      )}
    </form>
  );
}

function wordsOf({ used }: Passkey): string {
  return used === null
    ? accountTexts.passkeyUnused
    : accountTexts.passkeyUsed(showMoment(Date.parse(used), browserZone()));
}
