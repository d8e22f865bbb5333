import { useEffect, useState } from 'preact/hooks';
import { customRangeKey, rangeMenu } from '../model/ranges.ts';
import { Dialog } from './dialog.tsx';
import { onShortcut } from './shortcuts.ts';

const shortcuts: readonly (readonly [string, string])[] = [
  ['/', 'Filter'],
  ['Ctrl K', 'Go to a site, a time, a filter, a list, a page'],
  ['[ ]', 'The time before, the time after'],
  ...rangeMenu.map(({ key, label }) => [key.toUpperCase(), label] as const),
  [customRangeKey.toUpperCase(), 'Days of your choice'],
  ['← →', 'In the chart: from one time to the next'],
  ['Enter', 'In the chart: into the time pointed at'],
  ['↑ ↓', 'In a menu: up and down'],
  ['Esc', 'Close what is open'],
  ['?', 'This list'],
];

/** A button, and the key `?`, that open the list of keys. */
export function ShortcutHelp() {
  const [open, setOpen] = useState(false);
  useEffect(() => onShortcut((key) => key === '?' && setOpen(true)), []);
  return (
    <>
      <button type="button" class="plain shortcut-help" onClick={() => setOpen(true)}>
        Keys <kbd>?</kbd>
      </button>
      {open && (
        <Dialog title="Keys" class="small" onClose={() => setOpen(false)}>
          <dl class="keys">
            {shortcuts.map(([key, words]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </Dialog>
      )}
    </>
  );
}
