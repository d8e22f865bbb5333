import type { Deployed } from './deployed.ts';
import {
  defaults,
  type Given,
  readSettings,
  type Settings,
  settingNames,
  withoutEmpty,
} from './settings.ts';

/** What a deployment would change; `risk` says what an owner may not have meant. */
export type Change = {
  readonly name: keyof Settings;
  readonly from: string;
  readonly to: string;
  readonly risk?: string;
};

export type Next = {
  /** What is to be deployed: said now, else said before. */
  readonly given: Given;
  readonly settings: Settings;
  readonly changes: readonly Change[];
};

/**
 * The settings of the next deployment: what is said now, and for the rest what was said before; a
 * setting that is said to be empty gets its default again. Throws an error that says what was
 * expected.
 */
export function nextSettings(deployed: Deployed | undefined, said: Given): Next {
  const given = withoutEmpty({ ...deployed?.given, ...said });
  const settings = readSettings(given);
  const before = deployed?.settings;
  const changes = settingNames.flatMap((name): Change[] => {
    if (before === undefined || before[name] === settings[name]) return [];
    const risk = riskOf(name, before, settings);
    return [
      {
        ...{ name, from: shown(name, before), to: shown(name, settings) },
        ...(risk !== undefined && { risk }),
      },
    ];
  });
  return { given, settings, changes };
}

/** What is lost or no longer shown where this setting changes; undefined: nothing. */
function riskOf(name: keyof Settings, before: Settings, after: Settings): string | undefined {
  switch (name) {
    case 'table':
      return 'reports show another table’s hits, and new hits go there';
    case 'bucket':
      return 'closed days are looked for in another bucket';
    case 'cloudfront':
      return before.cloudfront
        ? 'the distribution is removed: pages that load the tracker from it are counted no longer'
        : undefined;
    case 'domain':
      return before.domain === ''
        ? undefined
        : `pages that load the tracker from ${before.domain} are counted no longer`;
    case 'onRemoval':
      return after.onRemoval === 'destroy'
        ? 'what was collected is destroyed with the stack'
        : undefined;
    case 'hitsTtl':
      return after.hitsTtl ? 'rows of hits that came over 30 days ago are deleted' : undefined;
    default:
      return undefined;
  }
}

function shown(name: keyof Settings, settings: Settings): string {
  const value = settings[name];
  if (value !== '') return String(value);
  return name === 'table' || name === 'bucket' ? 'the stack’s own' : 'none';
}

/** As lines for a person: what stays, and what changes. */
export function changeLines(deployed: Deployed, { changes }: Next): string[] {
  const changed = new Set(changes.map(({ name }) => name));
  const kept = settingNames.filter(
    (name) => !changed.has(name) && deployed.settings[name] !== defaults[name],
  );
  const lines = [
    kept.length === 0
      ? 'All settings that stay have their defaults.'
      : `These stay: ${kept.map((name) => `${name}=${deployed.settings[name]}`).join(' ')}`,
  ];
  if (changes.length === 0) return [...lines, 'No setting changes.'];
  lines.push('These change:');
  for (const { name, from, to, risk } of changes) {
    lines.push(`  ${name}: ${from} → ${to}`);
    if (risk !== undefined) lines.push(`    ${risk}`);
  }
  return lines;
}
