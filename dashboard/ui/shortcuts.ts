/** Calls `run` for each key pressed outside fields and dialogs. Gives a function that ends it. */
export function onShortcut(run: (key: string, event: KeyboardEvent) => void): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    if (target.closest('input, select, textarea, dialog, .menu-sheet') !== null) return;
    run(event.key.toLowerCase(), event);
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
