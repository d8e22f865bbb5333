import {
  type Dimension,
  isProp,
  isValueDimension,
  namesIn,
  rolledOfHits,
  rolledOfVisits,
  type ValueDimension,
} from '../../model/dimensions.ts';
import { countsVisits, type Measure, rolledOver } from '../../model/measures.ts';
import { type Filter, innerOf, type Query } from '../query/types.ts';
import type { RolledBy } from './types.ts';

const ofHits = rolledOver('hits');

const ofVisits = rolledOver('visits');

const ofReadings = rolledOver('readings');

const ofPages: readonly Measure[] = [...ofVisits, ...ofReadings];

/**
 * Names for the same values. Names of countries and regions are none, since codes may share them:
 * what is tested by them is tested of the codes.
 */
const aliases: Readonly<Record<string, ValueDimension>> = {
  'visit:city_name': 'visit:city',
};

/**
 * The roll-up rows that a measure of whole days can be summed from, exactly as it is counted over
 * hits or visits; undefined where there are none. Whatever is asked must be of one dimension:
 * grouped by it, filtered by it, or both.
 */
export function rolledBy(
  measure: Measure,
  { filters }: Pick<Query, 'filters'>,
  dimensions: readonly Dimension[],
): RolledBy | undefined {
  const grouped = dimensions.filter(isValueDimension);
  const tested = filters.flatMap(testedIn).map((name) => (name && namesIn(name)?.of) ?? name);
  const names = [...new Set([...grouped, ...tested].map(rolledName))];
  if (names.includes(undefined) || names.length > 1 || grouped.length > 1) return undefined;
  const by = names[0] ?? '';
  if (dimensions.includes('time:minute')) return undefined;
  if (dimensions.includes('time:hour'))
    return by === '' && ofVisits.includes(measure) ? 'time:hour' : undefined;
  // A reading is of one page, so the readings of all pages add up.
  if (by === '' && ofReadings.includes(measure)) return 'event:page';
  if (by === '') return ofVisits.includes(measure) ? '' : undefined;
  const isOfVisits = isAmong(rolledOfVisits, by);
  if (!countedBy(by, isOfVisits).includes(measure)) return undefined;
  if (grouped.length === 1) return by;
  // A visit that has such a hit need not have begun with it.
  if (!isOfVisits && countsVisits(measure)) return undefined;
  // Values may share visitors, and those of hits may share visits: of several together there is no
  // sum.
  const isShared = measure === 'visitors' || (measure === 'visits' && !isOfVisits);
  return isShared && !isOneValue(filters) ? undefined : by;
}

const isAmong = (names: readonly string[], name: string) => names.includes(name);

function countedBy(by: ValueDimension, isOfVisits: boolean): readonly Measure[] {
  if (isOfVisits || by === 'event:hostname') return ofVisits;
  return by === 'event:page' ? ofPages : ofHits;
}

function rolledName(
  name: ValueDimension | undefined,
): Exclude<ValueDimension, 'event:goal'> | undefined {
  const own = name && (aliases[name] ?? name);
  if (own === undefined || own === 'event:goal') return undefined;
  return isProp(own) || isAmong(rolledOfVisits, own) || isAmong(rolledOfHits, own)
    ? own
    : undefined;
}

/**
 * The dimensions of a filter's tests; undefined for a filter that is about other hits of the visit.
 */
function testedIn(filter: Filter): (ValueDimension | undefined)[] {
  if (filter.kind === 'test') return [filter.dimension];
  if (filter.kind === 'goal' || filter.kind === 'done') return [undefined];
  return innerOf(filter).flatMap(testedIn);
}

function isOneValue(filters: readonly Filter[]): boolean {
  const [filter, ...more] = filters;
  return (
    more.length === 0 &&
    filter?.kind === 'test' &&
    filter.operator === 'is' &&
    filter.values.length === 1 &&
    filter.caseSensitive &&
    namesIn(filter.dimension) === undefined
  );
}
