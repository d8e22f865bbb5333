import { countsVisits, type Measure } from '../../model/measures.ts';

/**
 * A group has a row where something is that is counted: one of these measures is then more than 0.
 * Of a page that nobody entered by there are hits, and no visit that began there. By hour or
 * minute, visits are counted whole, in that of their first hit.
 */
export function presentBy(measures: readonly Measure[], byPartOfDay: boolean): readonly Measure[] {
  const ofWholeVisits = (name: Measure) => countsVisits(name) || (name === 'visits' && byPartOfDay);
  return [
    ...(measures.every(ofWholeVisits) ? [] : (['events'] as const)),
    ...(measures.some(ofWholeVisits) ? (['stays'] as const) : []),
  ];
}
