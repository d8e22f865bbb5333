import { useState } from 'preact/hooks';
import { type ApiError, api } from '../api/client.ts';
import { keepPass } from '../api/link.ts';
import { start } from '../state/app-state.ts';

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
      <h1>This link has a password</h1>
      <form class="form" onSubmit={(event) => void open(event)}>
        <label class="field">
          Password
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
          Open
        </button>
      </form>
    </main>
  );
}

function wordsOf({ status, message }: ApiError): string {
  if (status === 401) return 'This is not its password.';
  if (status === 429) return 'Too many wrong passwords. Try again in a quarter of an hour.';
  return message;
}
