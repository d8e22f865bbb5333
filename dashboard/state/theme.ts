import { effect } from '@preact/signals';
import { preferences } from './preferences.ts';
import { isEmbedded, sharedTheme } from './shared.ts';

/** Puts the chosen theme on the page; without a choice, the system's holds. */
export function followTheme(): void {
  document.documentElement.classList.toggle('embedded', isEmbedded);
  effect(() => {
    const theme = sharedTheme.value ?? preferences.value.theme;
    if (theme === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  });
}
