import { useState } from 'preact/hooks';
import { peopleTexts } from '../texts/texts.ts';

type Props = {
  readonly action: string;
  /** Its name for screen readers, where the button says less. */
  readonly name?: string;
  /** What would follow. */
  readonly words: string;
  readonly onYes: () => void;
};

/** A button for what cannot be taken back: it says what would follow, and asks once more. */
export function Confirm({ action, name = action, words, onYes }: Props) {
  const [asks, setAsks] = useState(false);
  if (!asks)
    return (
      <button type="button" class="plain soft" aria-label={name} onClick={() => setAsks(true)}>
        {action}
      </button>
    );
  return (
    <div class="confirm">
      <p role="status">{words}</p>
      <div class="beside">
        <button type="button" class="button main" onClick={onYes}>
          {name}
        </button>
        <button type="button" class="button" onClick={() => setAsks(false)}>
          {peopleTexts.keep}
        </button>
      </div>
    </div>
  );
}
