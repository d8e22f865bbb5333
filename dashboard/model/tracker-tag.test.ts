import { expect, test } from 'vitest';
import type { Script } from '../api/types.ts';
import { scriptFor, type TagSwitch, trackerTag } from './tracker-tag.ts';

const script = (name: string): Script => ({
  ...{ name, path: `/js/${name}`, lasting: `/js/x.${name}`, integrity: 'sha384-x', bytes: 1 },
});
const scripts = [script('daybook.v1.js'), script('daybook.small.v1.js')];

const tagOf = (domain: string, ...on: TagSwitch[]) =>
  trackerTag('https://d.test', domain, new Set(on), scriptFor(new Set(on), scripts)!);

test.each<[string, TagSwitch[], string]>([
  ['a.test', [], 'data-domain="a.test" src="https://d.test/js/daybook.small.v1.js"'],
  ['localhost:80', [], 'data-domain="localhost:80" data-local src="https://d.test/js/daybook.sm'],
  [
    'a.test',
    ['hash'],
    'data-domain="a.test" data-hash src="https://d.test/js/daybook.small.v1.js"',
  ],
  ['a.test', ['marked'], 'data-domain="a.test" src="https://d.test/js/daybook.v1.js"'],
  ['a.test', ['storage', 'hash'], 'data-hash data-storage src="https://d.test/js/daybook.v1.js"'],
  [
    'a.test',
    ['lasting', 'debug'],
    'data-debug src="https://d.test/js/x.daybook.v1.js" integrity="sha384-x" crossorigin="anonymous"',
  ],
])('%s with %j', (domain, on, part) => expect(tagOf(domain, ...on)).toContain(part));

test('a server without scripts has no tag', () => expect(scriptFor(new Set(), [])).toBeUndefined());
