import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** Rows above and below the visible ones: a key or a turn of the wheel finds them there. */
const beyond = 40;

/** Of a row, until the first one is measured. */
const usualHeight = 33;

type Seen = { readonly first: number; readonly last: number; readonly height: number };

/**
 * Which rows of a long table, in a dialog that scrolls, are to be in the page: `first` to before
 * `last`. All rows are of one height. `onEnd` is called when the last one is among them.
 */
export function useRowsInView(
  table: RefObject<HTMLTableElement | null>,
  count: number,
  onEnd: () => void,
): Omit<Seen, 'height'> & { heightOf(rows: number): string } {
  const [seen, setSeen] = useState<Seen>({ first: 0, last: 2 * beyond, height: usualHeight });
  useLayoutEffect(() => {
    const scrolled = table.current?.closest('dialog');
    if (table.current === null || !scrolled) return;
    const look = () => {
      const body = table.current!.tBodies[0]!;
      const height =
        body.querySelector<HTMLElement>('[aria-rowindex]')?.offsetHeight ?? usualHeight;
      const above = scrolled.getBoundingClientRect().top - body.getBoundingClientRect().top;
      const top = Math.max(0, Math.floor(above / height));
      // By whole steps: a little scrolling changes nothing.
      const first = Math.max(0, Math.floor(top / beyond) * beyond - beyond);
      const last = first + Math.ceil(scrolled.clientHeight / height) + 3 * beyond;
      setSeen((before) =>
        before.first === first && before.last === last && before.height === height
          ? before
          : { first, last, height },
      );
      if (count > 0 && last >= count) onEnd();
    };
    look();
    scrolled.addEventListener('scroll', look, { passive: true });
    return () => scrolled.removeEventListener('scroll', look);
  }, [count, onEnd]);
  const { first, last, height } = seen;
  const start = Math.min(first, Math.max(0, count - 1));
  return { first: start, last: Math.min(count, last), heightOf: (rows) => `${rows * height}px` };
}
