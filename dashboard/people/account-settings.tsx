import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { type Person, peopleApi } from '../api/people.ts';
import { person as oneself } from '../state/rights.ts';
import { accountTexts } from '../texts/texts.ts';
import { FormField } from './form-field.tsx';
import { PasskeySettings } from './passkey-settings.tsx';
import { PasswordForm } from './password-form.tsx';
import { SecondStep } from './second-step.tsx';
import { SessionList } from './session-list.tsx';

/** One's own name, e-mail and ways to sign in, and where one is signed in. */
export function AccountSettings() {
  const [me, setMe] = useState<Person | undefined>();
  const [problem, setProblem] = useState<ApiError | undefined>();
  const readAgain = () => peopleApi.me().then(setMe, setProblem);
  useEffect(() => void readAgain(), []);
  if (me === undefined)
    return (
      <p class="bad" role="alert">
        {problem?.message}
      </p>
    );
  return (
    <>
      <NameForm me={me} />
      <PasswordForm hasPassword={me.password} onSet={readAgain} />
      {me.password && <SecondStep key={`${me.totp}`} isOn={me.totp} onChange={readAgain} />}
      <PasskeySettings hasPassword={me.password} />
      <SessionList />
    </>
  );
}

function NameForm({ me }: { me: Person }) {
  const [name, setName] = useState(me.name);
  const [email, setEmail] = useState(me.email);
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<ApiError | undefined>();
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      const after = await peopleApi.changeMe({ name: name.trim(), email: email.trim() });
      setProblem(undefined);
      setSaid(accountTexts.saved);
      oneself.value = { id: after.id, name: after.name, email: after.email };
    } catch (error) {
      setSaid('');
      setProblem(error as ApiError);
    }
  };
  const problemOf = (field: string) => (problem?.field === field ? problem.message : undefined);
  return (
    <form class="form" onSubmit={(event) => void save(event)}>
      <FormField
        label={accountTexts.name}
        problem={problemOf('name')}
        type="text"
        required
        maxLength={120}
        autocomplete="name"
        value={name}
        onChange={setName}
      />
      <FormField
        label={accountTexts.email}
        problem={problemOf('email')}
        type="email"
        required
        autocomplete="email"
        value={email}
        onChange={setEmail}
      />
      <p class="bad" role="alert">
        {!['name', 'email'].includes(problem?.field ?? '') && problem?.message}
      </p>
      <div class="beside">
        <button type="submit" class="button main">
          {accountTexts.save}
        </button>
        <span role="status">{said}</span>
      </div>
    </form>
  );
}
