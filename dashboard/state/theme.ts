import { effect } from '@preact/signals';
import { preferences } from './preferences.ts';

/** Puts the chosen theme on the page; without a choice, the system's holds. */
export function followTheme(): void {
  effect(() => {
    const { theme } = preferences.value;
    if (theme === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  });
}
