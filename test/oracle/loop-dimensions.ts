import { type Context, goalsIn, isGoalFilter, reaches } from './loop-goals.ts';
import { timeName } from './loop-time.ts';
import { type Dated, shown, spelled } from './loop-visits.ts';
import type { Mistake } from './mistakes.ts';

/** Of the regions that are in the traffic. */
const regions: Readonly<Record<string, string>> = { 'DE-BE': 'Berlin', 'DE-BY': 'Bayern' };
const countries = new Intl.DisplayNames(['en'], { type: 'region' });

/**
 * The value of a dimension for a hit. `first` is the first day of the range: it is the name of a
 * week that began before the range.
 */
export function dimensionOf(
  name: string,
  one: Dated,
  first: string,
  weekStarts: number,
  mistake?: Mistake,
): string {
  const visit = one.visit!;
  const views = visit.hits.filter(({ hit }) => hit.name === 'pageview').map(({ hit }) => hit);
  const begin = visit.hits[0]!.hit;
  const text = (value: unknown, missing = '(not set)') =>
    typeof value === 'string' && value !== '' ? value : missing;
  if (name.startsWith('time:')) return timeName(name, one.shown, first, weekStarts);
  if (name.startsWith('event:props:')) {
    const value = (one.hit['props'] as Record<string, string> | undefined)?.[name.slice(12)];
    return mistake === 'properties: an empty value is shown as empty' && value === ''
      ? ''
      : text(value);
  }
  switch (name) {
    case 'event:name':
      return one.hit.name;
    case 'event:page':
      return one.hit.page;
    case 'event:page_title':
      return text(
        mistake === 'titles: that of the visit, not of the hit' ? begin['title'] : one.hit['title'],
      );
    case 'event:robot':
      return text(one.hit['robot']);
    case 'event:hostname':
      return text(one.hit.hostname);
    case 'visit:entry_page':
      return text(views[0]?.page);
    case 'visit:entry_page_hostname':
      return text(views[0]?.hostname);
    case 'visit:exit_page':
      return text(views[views.length - 1]?.page);
    case 'visit:exit_page_hostname':
      return text(views[views.length - 1]?.hostname);
    case 'visit:source':
    case 'visit:referrer':
      return text(begin[name.slice(6)], 'Direct / None');
    case 'visit:country_name': {
      const code = text(begin['country']);
      return code.length === 2 ? (countries.of(code) ?? code) : code;
    }
    case 'visit:region_name':
      return regions[begin['region'] as string] ?? text(begin['region']);
    case 'visit:city_name':
      return text(begin['city']);
    default:
      return text(
        begin[name.slice(6).replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())],
      );
  }
}

/** Whether a filter matches a hit, by its own fields, its visit's, or the visit's other hits. */
export function holds(filter: unknown, one: Dated, context: Context): boolean {
  const { goals, mistake } = context;
  const [word, second, third, fourth] = filter as [
    string,
    unknown,
    string[],
    { case_sensitive?: boolean }?,
  ];
  if (word === 'and') return (second as unknown[]).every((inner) => holds(inner, one, context));
  if (word === 'or') return (second as unknown[]).some((inner) => holds(inner, one, context));
  if (word === 'not') return !holds(second, one, context);
  if (word.startsWith('has_')) {
    const hits = mistake === 'has_done: tests only the hit itself' ? [one] : one.visit!.hits;
    const does = (other: Dated) => holds(second, other, context);
    if (word === 'has_done') return hits.some(does);
    return mistake === 'has_not_done: true if one hit does not'
      ? !hits.every(does)
      : !hits.some(does);
  }
  if (isGoalFilter(filter))
    return goalsIn(filter, goals).some((goal) => reaches(goal, one, mistake));
  const ofPages = ['event:page', 'visit:entry_page', 'visit:exit_page'].includes(second as string);
  // Pages are compared as people read them. What is asked for may be written in any way.
  const read = (text: string) => (ofPages && text !== '(not set)' ? shown(spelled(text)) : text);
  const fold = (text: string) => (fourth?.case_sensitive === false ? text.toLowerCase() : text);
  const value = fold(read(dimensionOf(second as string, one, '', 1, mistake)));
  const any = third.some((wanted) => {
    if (word.startsWith('is')) return value === fold(read(wanted));
    if (word.startsWith('contains')) return value.includes(fold(read(wanted)));
    const encoded = third.some((text) => text.includes('%'));
    return new RegExp(wanted, 'u').test(encoded && ofPages ? spelled(value) : value);
  });
  return word.endsWith('_not') || word === 'is_not' ? !any : any;
}
