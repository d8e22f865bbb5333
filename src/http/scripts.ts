import { createHash } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Encoding } from './compress.ts';
import type { Page, World } from './world.ts';

/** A script as it is served, with what it was made of put in. */
export type Script = {
  readonly page: Pick<Page, 'body' | 'encoded'>;
  /** The beginning of its SHA-256, in the letters of a URL. */
  readonly hash: string;
};

/** Scripts of ours, by the version in their name. A published one keeps its name and meaning. */
export const ownScripts = ['daybook.v1.js', 'daybook.small.v1.js'] as const;

/** Where pages load the scripts of other products from, and the built files. */
export const clientScripts = { '/script.js': 'umami.js', '/count.js': 'goatcounter.js' } as const;

/** Of Plausible's scripts: what our own does only where the name says so. */
const chosen = ['file-downloads', 'hash', 'local', 'manual', 'outbound-links'];

/** What their names may have, in any order. Of the others, our script does all that it can. */
export const features = [
  ...chosen,
  ...['compat', 'exclusions', 'pageview-props', 'revenue', 'tagged-events'],
];

/** What the built scripts have in place of what only the server knows. */
const places = { event: '../api/event', features: 'FEATURES', domain: 'DOMAIN' };

/** As many are kept made: the 32 by features, and those of sites. */
const mostMade = 1_024;

export type Scripts = {
  /** One of ours; undefined: it is not built. */
  own(name: (typeof ownScripts)[number]): Script | undefined;
  /** That of another product's clients, by its built file. */
  ofClients(file: (typeof clientScripts)[keyof typeof clientScripts]): Script | undefined;
  /** The script of that file name; undefined: there is none. */
  named(name: string): Promise<Script | undefined>;
  /** Its name with its hash: what that names never changes. */
  lasting(name: (typeof ownScripts)[number]): string | undefined;
};

/**
 * The scripts that pages load: each a built file, in which stand where hits are sent, and of
 * Plausible's what its name says.
 */
export function openScripts({ pages, sites, eventPath, base = '' }: World): Scripts {
  const made = new Map<string, Script>();

  function make(file: string, said: Readonly<Record<string, string>>): Script | undefined {
    const built = pages.get(`/js/${file}`);
    if (built === undefined) return undefined;
    const key = JSON.stringify([file, said]);
    const known = made.get(key);
    if (known !== undefined) return known;
    if (made.size >= mostMade) made.clear();
    const texts = {
      ...said,
      ...(eventPath !== undefined && { [places.event]: `${base}${eventPath}` }),
    };
    const script = scriptOf(Object.keys(texts).length === 0 ? built : changed(built, texts));
    made.set(key, script);
    return script;
  }

  const own: Scripts['own'] = (name) => make(name, {});

  async function named(name: string): Promise<Script | undefined> {
    const ours = ownScripts.find((one) => one === name);
    if (ours !== undefined) return own(ours);
    const id = /^(pa-[\w-]{1,64})\.js$/.exec(name)?.[1];
    if (id !== undefined) {
      const domain = (await sites.find(id))?.domain ?? '';
      return make('plausible.js', { [places.features]: 'pa', [places.domain]: domain });
    }
    const [, said] = /^(?:script|plausible)((?:\.[a-z-]+)*)\.js$/.exec(name) ?? [];
    if (said === undefined) return undefined;
    const asked = said.split('.').filter(Boolean);
    if (asked.some((feature) => !features.includes(feature))) return undefined;
    const all = chosen.filter((feature) => asked.includes(feature)).join('.');
    return make('plausible.js', { [places.features]: all, [places.domain]: '' });
  }

  return {
    own,
    ofClients: (file) => make(file, {}),
    named,
    lasting(name) {
      const script = own(name);
      return script && name.replace(/\.js$/, `.${script.hash}.js`);
    },
  };
}

function scriptOf(page: Pick<Page, 'body' | 'encoded'>): Script {
  const hash = createHash('sha256').update(page.body).digest('base64url').slice(0, 22);
  return { page, hash };
}

function changed({ body }: Page, texts: Readonly<Record<string, string>>): Script['page'] {
  let text = Buffer.from(body).toString();
  for (const [place, said] of Object.entries(texts)) text = text.replace(place, () => said);
  const bytes = new Uint8Array(Buffer.from(text));
  const encoded = new Map<Encoding, Uint8Array<ArrayBuffer>>([
    ['br', new Uint8Array(brotliCompressSync(bytes))],
    ['gzip', new Uint8Array(gzipSync(bytes, { level: 9 }))],
  ]);
  return { body: bytes, encoded };
}
