export type ScreenClass = 'Mobile' | 'Tablet' | 'Laptop' | 'Desktop';

/**
 * Widths in CSS pixels from which the next class begins; the classes that Plausible's users know.
 */
const classes: readonly (readonly [below: number, ScreenClass])[] = [
  [576, 'Mobile'],
  [992, 'Tablet'],
  [1440, 'Laptop'],
  [Number.POSITIVE_INFINITY, 'Desktop'],
];

/**
 * The class of a screen's or window's width in CSS pixels; `undefined` where that is not a positive
 * number.
 */
export function screenClass(widthPx: number): ScreenClass | undefined {
  return widthPx > 0 ? classes.find(([below]) => widthPx < below)?.[1] : undefined;
}
