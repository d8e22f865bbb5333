import { DaybookError } from '../lib/errors.ts';

/**
 * The version of what is stored, in a data folder, a table or a bucket. It rises when an older
 * Daybook would lose or misread what this one writes: with every new field of a hit (its `since`
 * in `model/fields.ts`), with a new kind of row, and where files may lack what they had.
 */
export const dataVersion = 3;

/** Throws fault `bad-input` where a newer Daybook has written. `place` names where. */
export function refuseNewer(found: number, place: string, instead: string): void {
  if (found <= dataVersion) return;
  throw new DaybookError(
    'bad-input',
    `${place} is of version ${found}; this Daybook reads version ${dataVersion}: ` +
      `run a newer Daybook, or ${instead}`,
  );
}

/** The version in a text such as `{"version":1}`; undefined where there is none. */
export function versionIn(text: string): number | undefined {
  try {
    const { version } = Object(JSON.parse(text)) as { version?: unknown };
    return Number.isInteger(version) && Number(version) >= 1 ? Number(version) : undefined;
  } catch {
    return undefined;
  }
}

/** In place of a version: a backup is being restored to this place, or that was cut. */
export const restoringText = JSON.stringify({ restoring: true });

export const versionText = JSON.stringify({ version: dataVersion });
