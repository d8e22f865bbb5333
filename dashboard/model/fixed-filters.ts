import { filterTexts, operatorTexts } from '../texts/texts.ts';
import { type Dimension, dimensionNames, dimensionOf, showValue } from './dimensions.ts';
import { type Done, type Filter, type Test, wordsOf } from './filters.ts';

const propName = 'event:props:';

/** A filter of a shared link as the page shows its own; undefined of one that no page makes. */
export function readQueryFilter(given: unknown): Filter | undefined {
  const tests = isPair(given, 'or') ? given[1].map(readTest) : [readTest(given)];
  const [first, ...or] = tests;
  if (first === undefined || or.includes(undefined)) return undefined;
  return { ...first, ...(or.length > 0 && { or: or as Test[] }), fixed: true };
}

/** One that no page makes, in words: `Page is /a and not (Source is x)`. */
export function textOfFilter(given: unknown): string {
  if (!Array.isArray(given)) return '';
  const [word, second] = given as unknown[];
  if (Array.isArray(second) && (word === 'and' || word === 'or'))
    return filterTexts.joined(
      second.map((one) => filterTexts.inner(textOfFilter(one))),
      word,
    );
  if (word === 'not') return filterTexts.not(textOfFilter(second));
  const test = readTest(given);
  if (test === undefined) return filterTexts.other(String(word), textOfFilter(second));
  const { what, how } = wordsOf(test);
  const values = test.values.map((value) => showValue(test.dimension, value));
  return filterTexts.whole(what, how, filterTexts.values(values));
}

function readTest(given: unknown): Test | undefined {
  if (!Array.isArray(given)) return undefined;
  const [word, second, values] = given as unknown[];
  if ((word === 'has_done' || word === 'has_not_done') && Array.isArray(second)) {
    const inner = readTest(second);
    return inner?.done === undefined ? inner && { ...inner, done: word as Done } : undefined;
  }
  const dimension = dimensionNamed(second);
  if (typeof word !== 'string' || !Object.hasOwn(operatorTexts, word)) return undefined;
  if (dimension === undefined || !Array.isArray(values)) return undefined;
  return { operator: word as Test['operator'], dimension, values: values.map(String) };
}

function dimensionNamed(name: unknown): Dimension | undefined {
  if (name === 'segment') return 'segment';
  if (typeof name === 'string' && name.startsWith(propName))
    return `prop:${name.slice(propName.length)}`;
  return dimensionNames.find((one) => dimensionOf(one).name === name);
}

const isPair = (given: unknown, word: string): given is readonly [string, readonly unknown[]] =>
  Array.isArray(given) && given[0] === word && Array.isArray(given[1]);
