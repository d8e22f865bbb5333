import { writeFile } from 'node:fs/promises';
import { dataVersion, refuseNewer, versionIn, versionText } from '../data-version.ts';
import type { Files, Rows } from '../home.ts';
import type { AwsSettings } from './settings.ts';

const place = { partition: 'daybook', sort: 'version' };

/** A file's content never changes, so the version is in its name. */
const prefix = 'version/';

/**
 * The version of what is stored: a row of the table, and a file of the bucket, since either may be
 * used with another one. Without them it is 1.
 */
export function openVersionMark(
  rows: Pick<Rows, 'get' | 'putIf'>,
  files: Files | undefined,
  { table, bucket }: Pick<AwsSettings, 'table' | 'bucket'>,
) {
  const refuse = (found: number, what: string) =>
    refuseNewer(found, what, 'name another table and bucket');

  async function expectRow(): Promise<string | undefined> {
    const text = await rows.get(place.partition, place.sort);
    if (text !== undefined) refuse(versionIn(text) ?? Number.NaN, `table ${table}`);
    return text;
  }

  async function expectFile(): Promise<number> {
    if (files === undefined) return dataVersion;
    const found = (await files.list(prefix)).map(({ name }) => Number(name.slice(prefix.length)));
    const newest = Math.max(1, ...found.filter(Number.isInteger));
    refuse(newest, `bucket ${bucket}`);
    return newest;
  }

  return {
    /** Rejects where a newer Daybook has written. */
    async expect(): Promise<void> {
      await Promise.all([expectRow(), expectFile()]);
    },
    /** The file first: when the row says so, both are marked, and only the row is asked again. */
    async claim(): Promise<void> {
      const text = await expectRow();
      if (text !== undefined && versionIn(text) === dataVersion) return;
      if ((await expectFile()) < dataVersion)
        await files?.save(`${prefix}${dataVersion}`, (path) => writeFile(path, `${versionText}\n`));
      await rows.putIf({ ...place, value: versionText }, text);
    },
  };
}
