import { type Signal, signal } from '@preact/signals';
import { isShownMetric, type ShownMetric } from '../model/metrics.ts';

/** What its user wants of this browser; nothing of it is sent anywhere. */
type Preferences = {
  /** The numbers row, in its order. */
  readonly numbers?: readonly ShownMetric[];
  readonly theme?: 'light' | 'dark';
};

const place = 'daybook.preferences';

export const preferences: Signal<Preferences> = signal(read());

/** Changes some of them. A browser that keeps nothing forgets them with the page. */
export function prefer(change: Partial<Record<keyof Preferences, unknown>>): void {
  preferences.value = known({ ...preferences.peek(), ...change });
  try {
    localStorage.setItem(place, JSON.stringify(preferences.peek()));
  } catch {
    // Storage is full or forbidden.
  }
}

function read(): Preferences {
  try {
    return known(JSON.parse(localStorage.getItem(place) ?? '{}'));
  } catch {
    return {};
  }
}

/** What is understood of what was kept, perhaps by another version. */
function known(kept: unknown): Preferences {
  const { numbers, theme } = (kept ?? {}) as Readonly<Record<string, unknown>>;
  const some = Array.isArray(numbers)
    ? numbers.filter((name): name is ShownMetric => isShownMetric(String(name)))
    : [];
  return {
    ...(some.length > 0 && { numbers: some }),
    ...((theme === 'light' || theme === 'dark') && { theme }),
  };
}
