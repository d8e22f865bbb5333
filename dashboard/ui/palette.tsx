import { useEffect, useId, useState } from 'preact/hooks';
import { type Command, commandsOf, matching } from '../model/commands.ts';
import {
  editing,
  go,
  hasCities,
  sharing,
  signedIn,
  signOut,
  sites,
  view,
} from '../state/app-state.ts';
import { prefer } from '../state/preferences.ts';
import { may, person, rights } from '../state/rights.ts';
import { shared } from '../state/shared.ts';
import { paletteTexts } from '../texts/texts.ts';
import { Dialog } from './dialog.tsx';

/** More are found by typing more. */
const mostShown = 50;

/** Opens the palette on Ctrl-K or ⌘K, also from fields. */
export function PaletteKey() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return open ? <Palette onClose={() => setOpen(false)} /> : null;
}

function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const id = useId();
  const all = commandsOf(view.value, {
    sites: shared.value === undefined ? sites.value.map(({ domain }) => domain) : [],
    may: (action) => may(action, view.value.site),
    mayAll: rights.value.all !== null,
    isPerson: person.value !== undefined,
    isSignedIn: signedIn.value === true,
    hasCities: hasCities.value,
  });
  const found = matching(all, typed).slice(0, mostShown);
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    perform(command);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Enter') run(found[at]);
    else if (step !== 0) setAt((at + step + found.length) % Math.max(found.length, 1));
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <Dialog title={paletteTexts.title} class="palette" onClose={onClose}>
      <input
        class="input"
        type="text"
        role="combobox"
        data-first
        aria-label={paletteTexts.what}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found.length > 0 ? `${id}-${at}` : undefined}
        placeholder={paletteTexts.example}
        autocomplete="off"
        value={typed}
        onInput={({ currentTarget: { value } }) => {
          setTyped(value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id={id} class="commands" role="listbox" aria-label={paletteTexts.commands}>
        {found.map((command, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys
          <div
            key={`${command.kind} ${command.words}`}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === at}
            tabIndex={-1}
            onClick={() => run(command)}
          >
            <span class="cut">{command.words}</span>
            <span class="soft">{command.kind}</span>
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="soft">{paletteTexts.nothing}</p>}
    </Dialog>
  );
}

function perform({ to, act }: Command): void {
  if (to !== undefined) go(to);
  if (act?.name === 'filter') editing.value = act.dimension;
  if (act?.name === 'theme') prefer({ theme: act.theme });
  if (act?.name === 'share') sharing.value = true;
  if (act?.name === 'sign-out') void signOut();
}
