import { useState } from 'preact/hooks';
import { type ApiError, api } from '../api/client.ts';
import { keepPass } from '../api/link.ts';
import { start } from '../state/app-state.ts';
import { lockedTexts } from '../texts/texts.ts';

/** Asks for the password of a shared link. */
export function Locked() {
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState('');
  const [isAsking, setIsAsking] = useState(false);
  const open = async (event: Event) => {
    event.preventDefault();
    setIsAsking(true);
    try {
      keepPass((await api.unlock(password)).pass);
      await start();
    } catch (error) {
      setProblem(wordsOf(error as ApiError));
    }
    setIsAsking(false);
  };
  return (
    <main class="page">
      <h1>{lockedTexts.title}</h1>
      <form class="form" onSubmit={(event) => void open(event)}>
        <label class="field">
          {lockedTexts.password}
          <input
            class="input"
            type="password"
            required
            autocomplete="off"
            aria-invalid={problem !== ''}
            aria-describedby="locked-problem"
            value={password}
            onInput={({ currentTarget: { value } }) => setPassword(value)}
          />
        </label>
        <p id="locked-problem" class="bad" role="alert">
          {problem}
        </p>
        <button type="submit" class="button main" disabled={isAsking}>
          {lockedTexts.open}
        </button>
      </form>
    </main>
  );
}

function wordsOf({ status, message }: ApiError): string {
  if (status === 401) return lockedTexts.wrong;
  if (status === 429) return lockedTexts.tooMany;
  return message;
}
