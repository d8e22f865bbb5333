import { isAbsolute } from 'node:path';
import { checkRange } from '../../lib/address-ranges.ts';
import { dayMs, hourMs, minuteMs, secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import { expectedBase, expectedPath, isBase, isChosenPath } from '../chosen-paths.ts';
import { hostNamesOf } from '../https/names.ts';
import { expectedMemory, readMemory } from '../memory.ts';
import { expectedUrl, publicUrlOf } from '../public-url.ts';

/** What a setting's value may be. */
export type Kind<T> = {
  /** What the help calls a value. */
  readonly takes: string;
  /** Throws `bad-input` that says what was expected. */
  read(text: string): T;
  /** A path: in the configuration file it begins at the folder of that. */
  readonly isPath?: boolean;
  /** In the configuration file it may be a list; in a text there are commas between. */
  readonly isList?: boolean;
};

const kind = <T>(
  takes: string,
  expected: string,
  read: (text: string) => T | undefined,
): Kind<T> => ({
  takes: `<${takes}>`,
  read(text) {
    const value = read(text);
    if (value !== undefined) return value;
    throw new DaybookError('bad-input', `expected ${expected}`);
  },
});

export const text = (takes: string): Kind<string> =>
  kind(takes, `a ${takes}`, (value) => (value === '' ? undefined : value));

export const path = (takes: 'file' | 'dir'): Kind<string> => ({ ...text(takes), isPath: true });

export const whole = (takes: string, most: number, expected: string): Kind<number> =>
  kind(takes, expected, (value) =>
    /^\d{1,15}$/.test(value) && Number(value) <= most ? Number(value) : undefined,
  );

export const choice = <const T extends string>(...names: readonly T[]): Kind<T> =>
  kind('name', `one of ${names.join(', ')}`, (value) => names.find((name) => name === value));

export const port = whole('number', 65_535, 'a port from 0 to 65535');

export const size: Kind<number> = kind('size', expectedMemory, readMemory);

export const publicUrl: Kind<string> = kind('url', expectedUrl, publicUrlOf);

export const chosenPath: Kind<string> = kind('path', expectedPath, (value) =>
  isChosenPath(value) ? value : undefined,
);

const units = { s: secondMs, m: minuteMs, h: hourMs, d: dayMs } as const;

/** In milliseconds. */
export const duration: Kind<number> = kind(
  'time',
  'a time of 10 seconds or more, such as 1d, 12h or 30m',
  (value) => {
    const [, number, unit = 's'] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
    const ms = Number(number) * units[unit as keyof typeof units];
    return ms >= 10 * secondMs ? ms : undefined;
  },
);

export const backupPlace: Kind<string> = {
  ...kind('place', 'a folder from the root on, or s3://bucket/prefix', (value) =>
    value.startsWith('s3://') || isAbsolute(value) ? value : undefined,
  ),
  isPath: true,
};

export const basePath: Kind<string> = kind('path', expectedBase, (value) =>
  isBase(value) ? value : undefined,
);

export const ranges: Kind<readonly string[]> = {
  takes: '<ranges>',
  isList: true,
  read(value) {
    const parts = value.split(',').map((part) => part.trim());
    for (const range of parts) {
      const problem = checkRange(range);
      if (problem !== undefined) throw new DaybookError('bad-input', problem);
    }
    return parts;
  },
};

export const hostNames: Kind<readonly string[]> = {
  ...{ takes: '<names>', isList: true, read: hostNamesOf },
};

/** A text that has a form of its own, which `check` throws about. */
export const checked = (takes: string, check: (value: string) => unknown): Kind<string> => ({
  takes: `<${takes}>`,
  read(value) {
    check(value);
    return value;
  },
});
