import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

type Props = {
  readonly label: ComponentChildren;
  /** Its name for screen readers. */
  readonly name: string;
  readonly class?: string;
  readonly children: (close: () => void) => ComponentChildren;
};

/**
 * A button that opens a small sheet of links and buttons. Arrows move among them, Escape closes.
 */
export function Menu({ label, name, children, class: className = 'button' }: Props) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const items = () => [
    ...(root.current?.querySelectorAll<HTMLElement>('.menu-sheet :is(a, button, input)') ?? []),
  ];

  function close(): void {
    setOpen(false);
    root.current?.querySelector('button')?.focus();
  }

  useEffect(() => {
    if (!open) return;
    const onPress = (event: Event) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', onPress);
    (
      items().find((item) => item.ariaCurrent ?? item.ariaPressed === 'true') ?? items()[0]
    )?.focus();
    return () => document.removeEventListener('pointerdown', onPress);
  }, [open]);

  function onKey(event: KeyboardEvent): void {
    if (!open) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Escape') close();
    else if (step !== 0) {
      const all = items();
      const at = all.indexOf(document.activeElement as HTMLElement);
      all[(at + step + all.length) % all.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onLeave(event: FocusEvent): void {
    const to = event.relatedTarget as Node | null;
    if (to !== null && !root.current?.contains(to)) setOpen(false);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: handles keys of the buttons inside it
    <div class="menu" ref={root} onKeyDown={onKey} onFocusOut={onLeave}>
      <button
        type="button"
        class={className}
        aria-expanded={open}
        aria-label={name}
        onClick={() => setOpen(!open)}
      >
        {label}
        <span class="caret" aria-hidden="true">
          ▾
        </span>
      </button>
      {open && <div class="menu-sheet">{children(close)}</div>}
    </div>
  );
}
