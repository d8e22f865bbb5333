import { useState } from 'preact/hooks';
import { type ApiError, api } from '../api/client.ts';
import type { MadeLink, QueryFilter } from '../api/types.ts';
import { isoDay } from '../model/share.ts';

type Props = {
  readonly domain: string;
  readonly firstName: string;
  readonly filters?: readonly QueryFilter[] | undefined;
  readonly onMade: (link: MadeLink) => void;
};

/** What a new link is called, and what it hides. */
export function LinkForm({ domain, firstName, filters = [], onMade }: Props) {
  const [name, setName] = useState(firstName);
  const [password, setPassword] = useState('');
  const [expires, setExpires] = useState('');
  const [hidden, setHidden] = useState('');
  const [sites, setSites] = useState('');
  const [badgeOnly, setBadgeOnly] = useState(false);
  const [problem, setProblem] = useState<ApiError | undefined>();
  const make = async (event: Event) => {
    event.preventDefault();
    try {
      const made = await api.addSharedLink(domain, {
        name: name.trim(),
        filters,
        ...(password !== '' && { password }),
        ...(expires !== '' && { expires }),
        ...(hidden !== '' && { hide_below: Number(hidden) }),
        ...(sites.trim() !== '' && { embed_on: sites.split(/[\s,]+/).filter(Boolean) }),
        ...(badgeOnly && { badge_only: true }),
      });
      setProblem(undefined);
      setName('');
      setPassword('');
      onMade(made);
    } catch (error) {
      setProblem(error as ApiError);
    }
  };
  const text = (value: string, set: (to: string) => void, field: string) => ({
    ...{ class: 'input', value, 'aria-invalid': problem?.field === field },
    onInput: (event: Event) => set((event.currentTarget as HTMLInputElement).value),
  });
  return (
    <form class="form link-form" onSubmit={(event) => void make(event)}>
      <label class="field">
        Name
        <input {...text(name, setName, 'name')} required maxLength={120} data-first />
      </label>
      <details>
        <summary>Password, end, and where it may stand</summary>
        <div class="form">
          <label class="field">
            Password, if it is to have one
            <input
              {...text(password, setPassword, 'password')}
              type="password"
              autocomplete="new-password"
              maxLength={200}
            />
          </label>
          <label class="field">
            Last day on which it works
            <input {...text(expires, setExpires, 'expires')} type="date" min={isoDay(Date.now())} />
          </label>
          <label class="field">
            Hide rows of fewer visitors than
            <input {...text(hidden, setHidden, 'hide_below')} type="number" min={2} />
          </label>
          <label class="field">
            Sites whose pages may embed it, one a line
            <textarea
              {...text(sites, setSites, 'embed_on')}
              rows={2}
              placeholder="https://blog.example"
            />
          </label>
          <label class="switch">
            <input
              type="checkbox"
              checked={badgeOnly}
              onChange={({ currentTarget: { checked } }) => setBadgeOnly(checked)}
            />{' '}
            Only its badge and counter, for a page that everybody reads
          </label>
        </div>
      </details>
      <p class="bad" role="alert">
        {problem?.message}
      </p>
      <button type="submit" class="button main">
        Make the link
      </button>
    </form>
  );
}
