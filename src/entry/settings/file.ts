import { dirname, resolve } from 'node:path';
import { messageOf } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/nearest.ts';
import { fileNames, type SettingName, settingOf } from './table.ts';
import { readYaml } from './yaml.ts';

/** A setting of the configuration file: as the environment would have it, and where it stands. */
export type FileValue = {
  readonly name: SettingName;
  readonly text: string;
  readonly place: string;
};

/**
 * The settings that a configuration file has. Throws `bad-input` that names file, line and setting
 * where it is no such file.
 */
export async function readSettingsFile(path: string): Promise<FileValue[]> {
  const { isMap, isScalar, isSeq } = await import('yaml');
  const { document, refuse, placeOf } = await readYaml(path);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isMap(contents)) return refuse(contents, 'expected lines as port: 7070');

  /** As it is written: 0123 stays so. Undefined where it is no single value. */
  const scalar = (node: unknown): string | undefined => {
    if (!isScalar(node)) return undefined;
    const { value, source } = node;
    return typeof value === 'string' ? value : value === null ? '' : (source ?? String(value));
  };
  return contents.items.flatMap(({ key, value }): FileValue[] => {
    const named = String(isScalar(key) ? key.value : key);
    const name = fileNames.find((one) => one === named);
    if (name === undefined)
      return refuse(key, `there is no setting ${named}${didYouMean(named, fileNames)}`);
    const { kind } = settingOf(name);
    const parts = kind.isList && isSeq(value) ? value.items.map(scalar) : [scalar(value)];
    if (parts.some((part) => part === undefined))
      return refuse(key, `${name}: expected a value${kind.isList ? ' or a list' : ''}`);
    const written = parts.join(',');
    if (written === '') return [];
    const text =
      kind.isPath && !written.startsWith('s3://') ? resolve(dirname(path), written) : written;
    try {
      kind.read(text);
    } catch (error) {
      refuse(key, `${name}: ${messageOf(error)}`);
    }
    return [{ name, text, place: placeOf(key) }];
  });
}
