import type { Options, Properties } from '../options.ts';

/** A hit's properties: those of the page, those of every hit, and its own; the last one counts. */
export function propertiesOf(
  { pageProperties, customProperties: every }: Options,
  name: string,
  own: Properties | undefined,
): Properties | undefined {
  const all = Object.assign(
    {},
    pageProperties,
    typeof every === 'function' ? every(name) : every,
    own,
  );
  return Object.keys(all)[0] ? all : undefined;
}
