import { siteSettings } from '../../account/site-settings.ts';
import { didYouMean } from '../../lib/nearest.ts';
import { readYaml } from '../settings/yaml.ts';

/** What a file wants a site to be; what it does not say stays as it is. */
export type WantedSite = {
  readonly domain: string;
  /** File and line, for whoever reads a refusal. */
  readonly place: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly goals?: readonly Readonly<Record<string, unknown>>[];
  readonly segments?: readonly Readonly<Record<string, unknown>>[];
};

const goalKeys = ['event', 'page', 'name', 'currency'];

const segmentKeys = ['name', 'filters'];

const siteKeys = [...siteSettings.map(({ name }) => name), 'goals', 'segments'];

/** Throws `bad-input` that names file and line, and for an unknown key the nearest right one. */
export async function readSitesFile(path: string): Promise<WantedSite[]> {
  const { isMap, isScalar, isSeq } = await import('yaml');
  const { document, refuse, placeOf } = await readYaml(path);

  /** The entries of a map whose keys are all known. */
  function entriesOf(node: unknown, what: string, keys?: readonly string[]) {
    if (!isMap(node)) return refuse(node, `expected ${what}`);
    return node.items.map(({ key, value }) => {
      const name = String(isScalar(key) ? key.value : key);
      if (keys !== undefined && !keys.includes(name))
        refuse(key, `${what} has no ${name}${didYouMean(name, keys)}`);
      return { name, key, value };
    });
  }
  const jsOf = (node: unknown): unknown =>
    node === null || node === undefined
      ? null
      : (node as { toJS(d: unknown): unknown }).toJS(document);
  function listOf(key: unknown, value: unknown, what: string, keys: readonly string[]) {
    if (isScalar(value) && value.value === null) return [];
    if (!isSeq(value)) return refuse(key, `expected a list, each ${what}`);
    return value.items.map((item) =>
      Object.fromEntries(
        entriesOf(item, what, keys).map((entry) => [entry.name, jsOf(entry.value)]),
      ),
    );
  }
  const [sites] = entriesOf(document.contents, 'a file with sites', ['sites']);
  return entriesOf(sites?.value, 'sites by their domains, such as example.com:').map(
    ({ name: domain, key, value }): WantedSite => {
      const isEmpty = isScalar(value) && value.value === null;
      const entries = isEmpty ? [] : entriesOf(value, 'a site', siteKeys);
      const listed = (name: string, what: string, keys: readonly string[]) => {
        const found = entries.find((entry) => entry.name === name);
        return found && listOf(found.key, found.value, what, keys);
      };
      const goals = listed('goals', 'a goal', goalKeys);
      const segments = listed('segments', 'a segment', segmentKeys);
      return {
        ...{ domain, place: placeOf(key) },
        settings: Object.fromEntries(
          entries
            .filter(({ name }) => name !== 'goals' && name !== 'segments')
            .map((entry) => [entry.name, jsOf(entry.value)]),
        ),
        ...(goals && { goals }),
        ...(segments && { segments }),
      };
    },
  );
}
