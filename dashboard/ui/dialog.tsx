import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { shellTexts } from '../texts/texts.ts';

type Props = {
  readonly title: string;
  readonly onClose: () => void;
  readonly class?: string;
  readonly children: ComponentChildren;
};

/**
 * A sheet over the page. It is the browser's own dialog, which keeps the focus inside and closes on
 * Escape. At first the element with `data-first` has the focus.
 */
export function Dialog({ title, onClose, class: className = '', children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const shown = dialog.current;
    const opener = document.activeElement as HTMLElement | null;
    shown?.showModal();
    // Not `autofocus`: where another element has the focus already, browsers refuse it, and log
    // that in the console.
    shown?.querySelector<HTMLElement>('[data-first]')?.focus();
    return () => {
      shown?.close();
      opener?.focus?.();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={className}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => event.target === dialog.current && onClose()}
    >
      <div class="dialog-body">
        <div class="dialog-title">
          <h2 id={id}>{title}</h2>
          <button type="button" class="plain close" onClick={onClose}>
            {shellTexts.close}
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}
