import { type Loaded, loadSettings } from '../settings/load.ts';

let found: Loaded = { file: undefined, places: new Map() };

/** Once for this process, before its command is parsed: see `loadSettings`. */
export async function load(argv: readonly string[]): Promise<void> {
  found = await loadSettings(argv, process.env);
}

/** Where the settings of this process come from that its environment did not have. */
export const loaded = (): Loaded => found;
