import type { Options } from './options.ts';

export type Tag = HTMLScriptElement | null;

/**
 * The tag that this script came by. Put into a page as text, into a bundle or into a module, it has
 * no tag of its own: then the first one is taken that could be meant.
 */
export function findTag(): Tag {
  const own = document.currentScript as Tag;
  return !WITH.inlined || (own && (own.src || own.dataset['domain'] || own.dataset['api']))
    ? own
    : document.querySelector<HTMLScriptElement>('script[src*="/daybook."],script#plausible') ||
        document.querySelector<HTMLScriptElement>(
          'script[data-domain][data-api],script[data-domain]:not([src])',
        );
}

/** What a tag says. Throws where it names no server. */
export function readTag(tag: Tag): Options {
  const options: Record<string, unknown> = {};
  if (WITH.inlined && !(tag && (tag.src || tag.dataset['api'])))
    throw 'not started: no script tag with a data-api, or with a src on the server';
  const { src, dataset } = tag!;
  // Frameworks write `data-hash="false"` where a program says no.
  for (const name in dataset) options[name] = dataset[name] !== 'false' && (dataset[name] || true);
  // The server puts its own path here where its owner has chosen one.
  options['api'] = dataset['api'] || new URL('../api/event', src).href;
  options['domain'] = dataset['domain'];
  if (WITH.properties && tag) options['pageProperties'] = pagePropertiesOf(tag);
  return options;
}

/** `data-event-author="Jane"`, and Plausible's `event-author`. */
function pagePropertiesOf(tag: Element): Record<string, string> {
  const properties: Record<string, string> = {};
  Array.from(tag.attributes).forEach(({ name, value }) => {
    const [, key] = /^(?:data-)?event-(.+)/.exec(name) || [];
    if (key) properties[key] = value;
  });
  return properties;
}
