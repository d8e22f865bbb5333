import { type Setting, settingNames, settingOf } from '../../src/entry/settings/table.ts';

const heads = [
  ['serve', 'Of `serve`'],
  ['commands', 'Of every command that needs them'],
  ['functions', 'Of the functions on AWS alone'],
] as const;

function lines(by: Setting['by']): string[] {
  return settingNames
    .filter((name) => settingOf(name).by === by)
    .flatMap((name) => {
      const {
        kind,
        env,
        words,
        default: value,
        otherwise,
        flagless,
        onAws,
        secret,
      } = settingOf(name);
      const isNone = value === undefined && otherwise === undefined;
      const holds = isNone ? '' : `; else ${otherwise ?? String(value)}`;
      const takes = kind.takes.slice(1, -1);
      const inFile = by === 'functions' ? `\`${env}\`` : `\`${name}: ${takes}\`, \`${env}\``;
      const notes = [
        ...(flagless && by !== 'functions' ? ['no flag'] : []),
        ...(onAws && by !== 'functions' ? ['also on AWS'] : []),
        ...(secret ? ['never shown'] : []),
      ];
      const more = notes.length > 0 ? ` (${notes.join(', ')})` : '';
      return wrapped(`- ${inFile}${more}: ${words}${holds}`);
    });
}

/** Lines of at most 100 characters, as an entry of a list. */
function wrapped(text: string): string[] {
  const found = [''];
  for (const word of text.split(' ')) {
    const line = found.at(-1)!;
    if (line === '') found[found.length - 1] = word;
    else if (line.length + word.length < 100) found[found.length - 1] = `${line} ${word}`;
    else found.push(`  ${word}`);
  }
  return found;
}

/** docs/configuration.md with its list of settings as it should be. */
export function withSettingsTable(page: string): string {
  const list = heads.flatMap(([by, head]) => [`### ${head}`, '', ...lines(by), '']).join('\n');
  const [before, after] = page.split(/(?<=## All settings\n)[\s\S]*?(?=\n## )/);
  return `${before}\n${list}${after}`;
}
