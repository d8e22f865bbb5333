import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import type { Goal } from '../api/types.ts';
import { goalTexts } from '../texts/texts.ts';
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
        empty={goalTexts.empty}
        name={({ display_name }) => display_name}
        words={wordsOf}
        remove={({ id }) => api.removeGoal(domain, id)}
      />
      <form class="form adding" onSubmit={(event) => void add(event)}>
        <h3>{goalTexts.add}</h3>
        <label class="field">
          {goalTexts.kind}
          <select
            class="input"
            value={type}
            onChange={({ currentTarget: { value } }) => setType(value as Goal['goal_type'])}
          >
            <option value="event">{goalTexts.isEvent}</option>
            <option value="page">{goalTexts.isPage}</option>
          </select>
        </label>
        <label class="field">
          {type === 'event' ? goalTexts.eventName : goalTexts.page}
          <input
            class="input"
            required
            maxLength={500}
            placeholder={type === 'event' ? goalTexts.eventExample : goalTexts.pageExample}
            value={what}
            onInput={({ currentTarget: { value } }) => setWhat(value)}
          />
        </label>
        {type === 'event' && (
          <label class="field">
            {goalTexts.currency}
            <input
              class="input"
              maxLength={3}
              placeholder={goalTexts.currencyExample}
              value={currency}
              onInput={({ currentTarget: { value } }) => setCurrency(value.toUpperCase())}
            />
          </label>
        )}
        <label class="field">
          {goalTexts.name}
          <input
            class="input"
            maxLength={120}
            value={name}
            onInput={({ currentTarget: { value } }) => setName(value)}
          />
        </label>
        <button type="submit" class="button main">
          {goalTexts.submit}
        </button>
      </form>
    </>
  );
}

function wordsOf({ event_name, page_path, currency }: Goal): string {
  if (event_name === null) return goalTexts.view(page_path);
  return currency === null
    ? goalTexts.event(event_name)
    : goalTexts.eventWithRevenue(event_name, currency);
}
