import { useState } from 'preact/hooks';
import { type ApiError, api } from '../api/client.ts';
import { addFilter, queryFilters } from '../model/filters.ts';
import { go, view } from '../state/app-state.ts';
import { may, person } from '../state/rights.ts';
import { readSegments, segments } from '../state/site-notes.ts';
import { filterTexts } from '../texts/texts.ts';
import { Dialog } from './dialog.tsx';
import { Menu } from './menu.tsx';

/** Segments to filter by. An editor may keep the present filters as one, others for themselves. */
export function SegmentMenu() {
  const [keeping, setKeeping] = useState(false);
  const { filters } = view.value;
  const canKeep =
    (may('changeSegments', view.value.site) || mayKeepOwn()) &&
    filters.length > 0 &&
    filters.every(({ dimension }) => dimension !== 'segment');
  if (segments.value.length === 0 && !canKeep) return null;
  return (
    <>
      <Menu class="plain soft" name={filterTexts.segments} label={filterTexts.segments}>
        {(close) => (
          <ul class="menu-list">
            {segments.value.map(({ id, name }) => (
              <li key={id}>
                <button
                  type="button"
                  class="plain"
                  onClick={() => {
                    close();
                    const added = { operator: 'is', dimension: 'segment', values: [id] } as const;
                    go({ filters: addFilter(filters, added) });
                  }}
                >
                  {name}
                </button>
              </li>
            ))}
            {canKeep && (
              <li class="parted">
                <button
                  type="button"
                  class="plain"
                  onClick={() => {
                    close();
                    setKeeping(true);
                  }}
                >
                  {filterTexts.keep}
                </button>
              </li>
            )}
          </ul>
        )}
      </Menu>
      {keeping && <KeepDialog onClose={() => setKeeping(false)} />}
    </>
  );
}

/** Only people have something of their own: not who has the owner key. */
const mayKeepOwn = () => person.value !== undefined && may('keepOwnSegments', view.value.site);

function KeepDialog({ onClose }: { onClose: () => void }) {
  const mayChoose = may('changeSegments', view.value.site) && mayKeepOwn();
  const [own, setOwn] = useState(!may('changeSegments', view.value.site));
  const [name, setName] = useState('');
  const [problem, setProblem] = useState('');
  const keep = async (event: Event) => {
    event.preventDefault();
    const { site = '', filters } = view.peek();
    try {
      const made = await api.addSegment(site, {
        name: name.trim(),
        filters: queryFilters(filters),
        ...(own && { own }),
      });
      await readSegments(site);
      go({ filters: [{ operator: 'is', dimension: 'segment', values: [made.id] }] });
      onClose();
    } catch (error) {
      setProblem((error as ApiError).message);
    }
  };
  return (
    <Dialog title={filterTexts.keep} class="small" onClose={onClose}>
      <form class="form" onSubmit={(event) => void keep(event)}>
        <label class="field">
          {filterTexts.segmentName}
          <input
            class="input"
            data-first
            required
            maxLength={100}
            value={name}
            onInput={({ currentTarget: { value } }) => setName(value)}
          />
        </label>
        {mayChoose && (
          <label class="switch">
            <input
              type="checkbox"
              checked={own}
              onChange={({ currentTarget: { checked } }) => setOwn(checked)}
            />{' '}
            {filterTexts.forMeAlone}
          </label>
        )}
        <p class="bad" role="alert">
          {problem}
        </p>
        <button type="submit" class="button main">
          {filterTexts.keepIt}
        </button>
      </form>
    </Dialog>
  );
}
