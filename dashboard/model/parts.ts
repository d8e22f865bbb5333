import { panelsOf } from '../panels/panels.ts';
import { reportTexts } from '../texts/texts.ts';

/** The parts of a report, in reading order. A shared page may draw some of them alone. */
export const partLabels: Readonly<Record<string, string>> = {
  ...{ numbers: reportTexts.numbers, chart: reportTexts.chart },
  ...Object.fromEntries(panelsOf(undefined).map(({ name, title }) => [name, title])),
  hours: reportTexts.hoursPart,
};

const partNames = Object.keys(partLabels);

/** Where the answers to a view's queries are shown. */
const places: Readonly<Record<string, readonly string[]>> = {
  totals: ['numbers', 'chart'],
  series: ['numbers', 'chart'],
  seriesBefore: ['chart'],
  heat: ['hours'],
};

/** Those that an address asks for, among those of the link; undefined: all. */
export function partsOf(
  asked: string | null,
  ofLink: readonly string[] | null | undefined,
): readonly string[] | undefined {
  const named = (asked ?? '').split(',').filter((name) => partNames.includes(name));
  const own = ofLink ?? partNames;
  const both = named.length === 0 ? own : named.filter((name) => own.includes(name));
  const some = partNames.filter((name) => both.includes(name));
  return some.length === 0 || some.length === partNames.length ? undefined : some;
}

/** The queries whose answers are shown. */
export function queriesOf<T>(
  queries: Readonly<Record<string, T>>,
  parts: readonly string[] | undefined,
): Readonly<Record<string, T>> {
  if (parts === undefined) return queries;
  return Object.fromEntries(
    Object.entries(queries).filter(([place]) =>
      (places[place] ?? [place]).some((name) => parts.includes(name)),
    ),
  );
}
