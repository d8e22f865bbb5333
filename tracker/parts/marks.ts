import type { EventOptions } from '../options.ts';

type Revenue = EventOptions['revenue'] & object;

type Marked = { readonly name: string | undefined; readonly options: EventOptions };

/**
 * The event that an element is marked as, by class or attribute: `daybook-event-name=Signup`,
 * `daybook-event-plan=pro`, `daybook-revenue-amount=9.5`; with `data-` before it as an attribute,
 * Plausible's classes too, and `--` in place of `=`. In a class, `+` is a space.
 */
export function marksOf(element: Element): Marked {
  const said: Record<string, Record<string, string>> = { event: {}, revenue: {} };
  // Neither a document nor a window has any.
  const texts = Array.from(element.classList || [], (name) => name.replace(/\+/g, ' ')).concat(
    Array.from(element.attributes || [], ({ name, value }) => `${name}=${value}`),
  );
  for (const text of texts) {
    const [, kind, key, value] =
      /^(?:data-)?(?:daybook|plausible)-(event|revenue)-(.+?)(?:=|--)(.+)/.exec(text) || [];
    if (kind) said[kind]![key!] = value!;
  }
  const { event, revenue } = said as Record<'event' | 'revenue', Record<string, string>>;
  const { name } = event;
  delete event['name'];
  return {
    name,
    options: { props: event, revenue: revenue['amount'] ? (revenue as Revenue) : undefined },
  };
}
