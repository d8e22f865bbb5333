import { useEffect, useState } from 'preact/hooks';
import { customRangeKey, rangeMenu } from '../model/ranges.ts';
import { keyTexts, rangeTexts } from '../texts/texts.ts';
import { Dialog } from './dialog.tsx';
import { onShortcut } from './shortcuts.ts';

const shortcuts: readonly (readonly [string, string])[] = [
  ['/', keyTexts.filter],
  ['Ctrl K', keyTexts.palette],
  ['[ ]', keyTexts.step],
  ...rangeMenu.map(({ key, name }) => [key.toUpperCase(), rangeTexts[name]] as const),
  [customRangeKey.toUpperCase(), keyTexts.custom],
  ['← →', keyTexts.inChart],
  ['Enter', keyTexts.intoTime],
  ['↑ ↓', keyTexts.inMenu],
  ['Esc', keyTexts.close],
  ['?', keyTexts.thisList],
];

/** A button, and the key `?`, that open the list of keys. */
export function ShortcutHelp() {
  const [open, setOpen] = useState(false);
  useEffect(() => onShortcut((key) => key === '?' && setOpen(true)), []);
  return (
    <>
      <button type="button" class="plain shortcut-help" onClick={() => setOpen(true)}>
        {keyTexts.title} <kbd>?</kbd>
      </button>
      {open && (
        <Dialog title={keyTexts.title} class="small" onClose={() => setOpen(false)}>
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
