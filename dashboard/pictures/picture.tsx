import { signal } from '@preact/signals';
import type { Dimension } from '../model/dimensions.ts';

const pictured: readonly Dimension[] = ['source', 'browser', 'system', 'device', 'country'];

/** Which picture a value has is looked up in a part that is loaded after the first drawing. */
const loaded = signal<typeof import('./loaded.ts') | undefined>(undefined);
let isAsked = false;

function load(): void {
  if (isAsked) return;
  isAsked = true;
  import('./loaded.ts').then(
    (part) => {
      loaded.value = part;
    },
    () => {
      // Rows can be read without pictures. The next visit tries again.
    },
  );
}

type Props = { readonly dimension: Dimension; readonly value: string };

/**
 * The small picture before a value, where values of the dimension have one: a logo, a flag, or a
 * drawing of what kind it is. It is decoration: the text beside it says everything.
 */
export function Picture({ dimension, value }: Props) {
  if (!pictured.includes(dimension)) return null;
  load();
  const found = loaded.value?.pictureOf(dimension, value);
  if (found !== undefined && 'flag' in found)
    return (
      <span class="picture" aria-hidden="true">
        <img class="flag" src={found.flag} alt="" width="16" height="11" loading="lazy" />
      </span>
    );
  return (
    <span
      class={found === undefined ? 'picture' : 'picture drawn'}
      aria-hidden="true"
      style={found && { '--x': String(found.place % 16), '--y': String(found.place >> 4) }}
    />
  );
}
