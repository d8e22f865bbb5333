import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Goal } from '../api/types.ts';
import { KeptList, useKept } from './kept-list.tsx';

/** The goals of a site: an event that is sent, or a page that is viewed. */
export function GoalSettings({ domain }: { domain: string }) {
  const kept = useKept(() => api.goals(domain));
  const [type, setType] = useState<Goal['goal_type']>('event');
  const [what, setWhat] = useState('');
  const [name, setName] = useState('');
  const [currency, setCurrency] = useState('');
  const add = async (event: Event) => {
    event.preventDefault();
    const added = await kept.change(() =>
      api.addGoal(domain, {
        goal_type: type,
        ...(type === 'event' ? { event_name: what.trim() } : { page_path: what.trim() }),
        ...(name.trim() !== '' && { display_name: name.trim() }),
        ...(type === 'event' && currency.trim() !== '' && { currency: currency.trim() }),
      }),
    );
    if (!added) return;
    setWhat('');
    setName('');
    setCurrency('');
  };
  return (
    <>
      <KeptList
        kept={kept}
        empty="There is no goal yet. Reports of earlier days count it too, once it is there."
        name={({ display_name }) => display_name}
        words={wordsOf}
        remove={({ id }) => api.removeGoal(domain, id)}
      />
      <form class="form adding" onSubmit={(event) => void add(event)}>
        <h3>Add a goal</h3>
        <label class="field">
          Kind
          <select
            class="input"
            value={type}
            onChange={({ currentTarget: { value } }) => setType(value as Goal['goal_type'])}
          >
            <option value="event">An event is sent</option>
            <option value="page">A page is viewed</option>
          </select>
        </label>
        <label class="field">
          {type === 'event' ? 'Name of the event' : 'Page'}
          <input
            class="input"
            required
            maxLength={500}
            placeholder={type === 'event' ? 'Signup' : '/thank-you, /blog/**'}
            value={what}
            onInput={({ currentTarget: { value } }) => setWhat(value)}
          />
        </label>
        {type === 'event' && (
          <label class="field">
            Currency of its revenue, if it has any
            <input
              class="input"
              maxLength={3}
              placeholder="EUR"
              value={currency}
              onInput={({ currentTarget: { value } }) => setCurrency(value.toUpperCase())}
            />
          </label>
        )}
        <label class="field">
          What it is called, if otherwise
          <input
            class="input"
            maxLength={120}
            value={name}
            onInput={({ currentTarget: { value } }) => setName(value)}
          />
        </label>
        <button type="submit" class="button main">
          Add the goal
        </button>
      </form>
    </>
  );
}

function wordsOf({ event_name, page_path, currency }: Goal): string {
  if (event_name === null) return `view of ${page_path}`;
  return currency === null ? `event ${event_name}` : `event ${event_name}, revenue in ${currency}`;
}
