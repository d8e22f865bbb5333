import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DaybookError, messageOf } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/nearest.ts';
import { fileNames, type SettingName, settingOf } from './table.ts';

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
  // Loaded here: most commands have no such file.
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml');
  const content = textOf(path);
  const lineCounter = new LineCounter();
  const document = parseDocument(content, { lineCounter, prettyErrors: false });
  const at = (offset: number | undefined) =>
    `${path}:${lineCounter.linePos(Math.min(offset ?? 0, content.length)).line}`;
  const refuse = (place: string, problem: string): never => {
    throw new DaybookError('bad-input', `${place}: ${problem}`);
  };
  const [wrong] = document.errors;
  if (wrong !== undefined) refuse(at(wrong.pos[0]), wrong.message);
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return [];
  if (!isMap(contents)) return refuse(at(contents.range?.[0]), 'expected lines as port: 7070');

  /** As it is written: 0123 stays so. Undefined where it is no single value. */
  const scalar = (node: unknown): string | undefined => {
    if (!isScalar(node)) return undefined;
    const { value, source } = node;
    return typeof value === 'string' ? value : value === null ? '' : (source ?? String(value));
  };
  return contents.items.flatMap(({ key, value }): FileValue[] => {
    const place = at(isScalar(key) ? key.range?.[0] : contents.range?.[0]);
    const named = String(isScalar(key) ? key.value : key);
    const name = fileNames.find((one) => one === named);
    if (name === undefined)
      return refuse(place, `there is no setting ${named}${didYouMean(named, fileNames)}`);
    const { kind } = settingOf(name);
    const parts = kind.isList && isSeq(value) ? value.items.map(scalar) : [scalar(value)];
    if (parts.some((part) => part === undefined))
      return refuse(place, `${name}: expected a value${kind.isList ? ' or a list' : ''}`);
    const written = parts.join(',');
    if (written === '') return [];
    const text = kind.isPath ? resolve(dirname(path), written) : written;
    try {
      kind.read(text);
    } catch (error) {
      refuse(place, `${name}: ${messageOf(error)}`);
    }
    return [{ name, text, place }];
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DaybookError('bad-input', `the configuration file ${path}: ${messageOf(error)}`);
  }
}
