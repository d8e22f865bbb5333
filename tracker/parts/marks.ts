import type { EventOptions } from '../options.ts';

type Marks = { -readonly [Name in 'props' | 'revenue']?: EventOptions[Name] };

/**
 * The event that an element is marked as, by class or attribute: `daybook-event-name=Signup`,
 * `daybook-event-plan=pro`, `daybook-revenue-amount=9.5`; with `data-` before it as an attribute,
 * Plausible's classes too, and `--` in place of `=`. In a class, `+` is a space.
 */
export function marksOf(element: Element): [name: string | undefined, given: Marks] {
  const event: Record<string, string> = {};
  const revenue: Record<string, string> = {};
  const read = (text: string, space: RegExp) => {
    const [, kind, key, value] =
      /^(?:data-daybook|daybook|plausible)-(event|revenue)-(.+?)(?:=|--)(.+)/.exec(text) || [];
    if (kind) (kind === 'event' ? event : revenue)[key!] = value!.replace(space, ' ');
  };
  // Neither a document nor a window has any.
  Array.from(element.classList || []).forEach((name) => {
    read(name, /\+/g);
  });
  Array.from(element.attributes || []).forEach(({ name, value }) => {
    read(`${name}=${value}`, / /g);
  });
  const { name } = event;
  delete event['name'];
  const given: Marks = { props: event };
  if (revenue['amount']) given.revenue = revenue as EventOptions['revenue'];
  return [name, given];
}
