import type { World } from '../../scripts/world.mjs';
import type { MetricName, Row } from '../api/types.ts';
import { showValue } from '../model/dimensions.ts';
import {
  amountOf,
  metricNamed,
  type ShownMetric,
  showInFull,
  showMetric,
  valueIn,
} from '../model/metrics.ts';

/** A country that has a row, as the map shows it. */
export type Place = {
  readonly code: string;
  readonly name: string;
  /** Its value, and the one beside it, as text. */
  readonly value: string;
  readonly beside: string | undefined;
  /** How strongly it is coloured, from 0 to 1. */
  readonly shade: number;
};

export type MapModel = {
  /** In the rows' order. */
  readonly places: readonly Place[];
  /** The greatest value on the map. */
  readonly most: string;
  /** The value of a country without a row. */
  readonly none: string;
  /** What the map has no place for, such as visitors from an unknown country. */
  readonly elsewhere: readonly Place[];
};

/** What the map shows of the rows of countries. */
export function mapOf(
  { countries }: World,
  rows: readonly Row[],
  columns: readonly MetricName[],
  beside: MetricName | undefined,
): MapModel {
  const metric = columns[0] as ShownMetric;
  const values = rows.map((row) => ({
    code: row.dimensions[0] ?? '',
    value: valueIn(row.metrics, columns, metric),
    besideValue: beside && valueIn(row.metrics, columns, beside),
  }));
  const isOnMap = ({ code }: { readonly code: string }) => Object.hasOwn(countries, code);
  const greatest = values
    .filter(isOnMap)
    .reduce((most, { value }) => Math.max(most, amountOf(value) ?? 0), 0);
  const places = values.map(
    ({ code, value, besideValue }): Place => ({
      ...{ code, name: showValue('country', code), value: showInFull(metric, value) },
      beside: beside && showInFull(beside, besideValue),
      shade: shadeOf(metric, amountOf(value) ?? 0, greatest),
    }),
  );
  const isGreatest = ({ value }: (typeof values)[number]) => amountOf(value) === greatest;
  return {
    places: places.filter(isOnMap),
    most: showInFull(metric, values.filter(isOnMap).find(isGreatest)?.value),
    none: showMetric(metric, metricNamed(metric).unit === 'count' ? 0 : null),
    elsewhere: places.filter((place) => !isOnMap(place)),
  };
}

/** Of counts a few countries have most: their roots leave something to see of the others. */
function shadeOf(metric: ShownMetric, amount: number, greatest: number): number {
  if (greatest <= 0) return 0;
  const part = Math.min(1, Math.max(0, amount / greatest));
  const { unit } = metricNamed(metric);
  return unit === 'count' || unit === 'money' ? Math.sqrt(part) : part;
}

/** The country that a key leads to from another one, in the rows' order; of other keys none. */
export function stepFrom(
  places: readonly Place[],
  code: string | undefined,
  key: string,
): Place | undefined {
  const at = places.findIndex((place) => place.code === code);
  const last = places.length - 1;
  if (key === 'ArrowRight' || key === 'ArrowDown') return places[at < last ? at + 1 : 0];
  if (key === 'ArrowLeft' || key === 'ArrowUp') return places[at > 0 ? at - 1 : last];
  if (key === 'Home') return places[0];
  return key === 'End' ? places[last] : undefined;
}
