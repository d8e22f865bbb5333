import { InvalidArgumentError, Option } from 'commander';
import { messageOf } from '../../lib/errors.ts';
import { type SettingName, settingOf } from '../settings/table.ts';

/** A setting as a flag of a command: else its variable says it, else its default holds. */
export function settingOption(name: SettingName): Option {
  const { kind, env, words, default: value, otherwise } = settingOf(name);
  const text =
    value === undefined && otherwise !== undefined ? `${words} (default: ${otherwise})` : words;
  const option = new Option(`--${name} ${kind.takes}`, text).env(env).argParser(reader(name));
  return value === undefined ? option : option.default(value, otherwise);
}

/** What commander asks to read a value. */
export function reader(name: SettingName): (text: string) => unknown {
  return (text) => {
    try {
      return settingOf(name).kind.read(text);
    } catch (error) {
      throw new InvalidArgumentError(`${messageOf(error)}.`);
    }
  };
}
