import { Command, Option } from 'commander';
import { type SettingName, serveNames, settingNames, settingOf } from '../settings/table.ts';
import { say } from './data.ts';
import { loaded } from './loaded.ts';
import { settingOption } from './options.ts';

type Shown = {
  readonly name: SettingName;
  readonly value: unknown;
  /** `default`, a flag, a variable, or file and line. */
  readonly from: string;
};

export function configCommand(): Command {
  const config = new Command('config')
    .summary('show the settings that hold, and where each comes from')
    .description(
      'show the settings that hold, and where each comes from\n' +
        'Takes the flags of serve, to see what would hold with them. Secrets are not shown.',
    );
  for (const name of serveNames) config.addOption(settingOption(name).helpGroup('As of serve:'));
  return config.addOption(new Option('--json', 'as JSON')).action(showConfig);
}

function showConfig(flags: { readonly json?: boolean }, command: Command): void {
  const shown = settingNames
    .filter((name) => settingOf(name).by !== 'functions')
    .map((name) => shownOf(name, command));
  const { file } = loaded();
  if (flags.json) {
    say(JSON.stringify({ file: file ?? null, settings: shown }, undefined, 2));
    return;
  }
  const rows = shown.map(({ name, value, from }) => [name, textOf(name, value), from] as const);
  const [names, values] = [0, 1].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  for (const [name, value, from] of rows)
    say(`${name.padEnd(names!)}  ${value.padEnd(values!)}  ${from}`);
  say(`Configuration file: ${file ?? 'none'}`);
}

function shownOf(name: SettingName, command: Command): Shown {
  const { env, default: value, secret } = settingOf(name);
  const attribute = settingOption(name).attributeName();
  const source = command.getOptionValueSource(attribute);
  const isSet = source === 'cli' || process.env[env] !== undefined;
  const from = source === 'cli' ? `--${name}` : (loaded().places.get(env) ?? env);
  const held: unknown = command.getOptionValue(attribute) ?? process.env[env] ?? value;
  return {
    name,
    value: secret && isSet ? '(not shown)' : (held ?? null),
    from: isSet ? from : 'default',
  };
}

function textOf(name: SettingName, value: unknown): string {
  const { otherwise } = settingOf(name);
  const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
  return text === '' ? (otherwise ?? '-') : text;
}
