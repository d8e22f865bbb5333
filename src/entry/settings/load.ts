import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DaybookError } from '../../lib/errors.ts';
import { readSetting, unknownVariables } from './environment.ts';
import { type FileValue, readSettingsFile } from './file.ts';
import { settingNames, settingOf } from './table.ts';

/** In the folder of the data, where no other file is named. */
const usualFile = 'daybook.yaml';

/** Where settings were found that are in the environment now, by their variable. */
export type Loaded = {
  readonly file: string | undefined;
  readonly places: ReadonlyMap<string, string>;
};

/**
 * Puts what the configuration file says into the environment `env`, where that does not say it
 * already: whoever reads a setting, a process of ours too, finds it there. Throws `bad-input` for a
 * name that is no setting's, in the file or in `env`, and for a wrong value in the file.
 */
export async function loadSettings(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Loaded> {
  const [unknown] = unknownVariables(env);
  if (unknown !== undefined) throw new DaybookError('bad-input', unknown);
  for (const name of settingNames) {
    const { env: variable, flagless } = settingOf(name);
    // An empty one, as a compose file makes of a variable that nobody has set, says nothing.
    if (env[variable] === '') delete env[variable];
    if (flagless) readSetting(name, env);
  }
  const named = flagOf(argv, '--config') ?? (env['DAYBOOK_CONFIG'] || undefined);
  const data = flagOf(argv, '--data') ?? env['DAYBOOK_DATA'] ?? 'data';
  const beside = join(data, usualFile);
  const file = named ?? (existsSync(beside) ? beside : undefined);
  if (file === undefined) return { file, places: new Map() };
  const values = await readSettingsFile(file);
  const moved = named === undefined && values.find(({ name }) => name === 'data');
  if (moved)
    throw new DaybookError('bad-input', `${moved.place}: data: this file is in that folder`);
  return { file, places: putIn(env, values) };
}

function putIn(env: NodeJS.ProcessEnv, values: readonly FileValue[]): Map<string, string> {
  const places = new Map<string, string>();
  for (const { name, text, place } of values) {
    const { env: variable } = settingOf(name);
    if (env[variable] !== undefined) continue;
    env[variable] = text;
    places.set(variable, place);
  }
  return places;
}

/** Of `--config FILE` or `--config=FILE`, the last; before a lone `--`. */
function flagOf(argv: readonly string[], flag: string): string | undefined {
  const end = argv.indexOf('--');
  const args = end < 0 ? argv : argv.slice(0, end);
  let found: string | undefined;
  for (const [i, arg] of args.entries()) {
    if (arg === flag) found = args[i + 1];
    else if (arg.startsWith(`${flag}=`)) found = arg.slice(flag.length + 1);
  }
  return found;
}
