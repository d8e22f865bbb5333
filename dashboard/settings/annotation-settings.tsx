import { useState } from 'preact/hooks';
import { api } from '../api/client.ts';
import { dayAt } from '../model/calendar.ts';
import { showDay } from '../model/dates.ts';
import { moment } from '../state/app-state.ts';
import { annotationTexts } from '../texts/texts.ts';
import { KeptList, useKept } from './kept-list.tsx';

/** What happened, by day. */
export function AnnotationSettings({ domain }: { domain: string }) {
  const kept = useKept(() => api.annotations(domain));
  const [date, setDate] = useState(dayAt(moment.value.nowMs, moment.value.zone));
  const [text, setText] = useState('');
  const add = async (event: Event) => {
    event.preventDefault();
    if (await kept.change(() => api.addAnnotation(domain, { date, text: text.trim() })))
      setText('');
  };
  return (
    <>
      <KeptList
        kept={kept}
        empty={annotationTexts.empty}
        name={({ text: said }) => said}
        words={({ date: at }) => showDay(at.slice(0, 10), true)}
        remove={({ id }) => api.removeAnnotation(domain, id)}
      />
      <form class="form adding" onSubmit={(event) => void add(event)}>
        <h3>{annotationTexts.add}</h3>
        <label class="field">
          {annotationTexts.day}
          <input
            class="input"
            type="date"
            required
            value={date}
            onInput={({ currentTarget: { value } }) => setDate(value)}
          />
        </label>
        <label class="field">
          {annotationTexts.what}
          <input
            class="input"
            required
            maxLength={200}
            placeholder={annotationTexts.example}
            value={text}
            onInput={({ currentTarget: { value } }) => setText(value)}
          />
        </label>
        <button type="submit" class="button main">
          {annotationTexts.submit}
        </button>
      </form>
    </>
  );
}
