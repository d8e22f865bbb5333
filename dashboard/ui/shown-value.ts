import { type Dimension, showValue } from '../model/dimensions.ts';
import { segments } from '../state/site-notes.ts';

/** A value as people read it; a segment by its name. */
export function shownValue(dimension: Dimension, value: string): string {
  if (dimension !== 'segment') return showValue(dimension, value);
  return segments.value.find(({ id }) => id === value)?.name ?? value;
}
