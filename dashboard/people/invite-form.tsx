import { useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { peopleApi, type RoleGiven } from '../api/people.ts';
import { peopleTexts } from '../texts/texts.ts';
import { Copy } from '../ui/copy.tsx';
import { FormField } from './form-field.tsx';
import { placesToGive, RoleFields } from './role-fields.tsx';

/** Makes a link by which somebody signs up. It is shown once. */
export function InviteForm({ onMade }: { onMade: () => void }) {
  const [first] = placesToGive();
  const [given, setGiven] = useState<RoleGiven>(
    first === undefined ? { role: 'viewer' } : { role: 'viewer', site: first },
  );
  const [email, setEmail] = useState('');
  const [link, setLink] = useState<string | undefined>();
  const [problem, setProblem] = useState<ApiError | undefined>();
  const invite = async (event: Event) => {
    event.preventDefault();
    try {
      const typed = email.trim();
      const { url } = await peopleApi.invite({ ...given, ...(typed !== '' && { email: typed }) });
      setLink(url);
      setEmail('');
      setProblem(undefined);
      onMade();
    } catch (error) {
      setProblem(error as ApiError);
    }
  };
  return (
    <form class="form adding" onSubmit={(event) => void invite(event)}>
      <h3>{peopleTexts.invite}</h3>
      <RoleFields given={given} onChange={setGiven} />
      <FormField
        label={peopleTexts.email}
        help={peopleTexts.emailHelp}
        problem={problem?.field === 'email' ? problem.message : undefined}
        type="email"
        autocomplete="off"
        value={email}
        onChange={setEmail}
      />
      <p class="bad" role="alert">
        {problem?.field !== 'email' && problem?.message}
      </p>
      <button type="submit" class="button main">
        {peopleTexts.inviteSubmit}
      </button>
      {link !== undefined && (
        <div class="made">
          <p role="status">{peopleTexts.inviteMade}</p>
          <Copy text={link} name={peopleTexts.inviteLink} />
        </div>
      )}
    </form>
  );
}
