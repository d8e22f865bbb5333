import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type Clock, dayMs, secondMs } from '../../lib/clock.ts';
import { DaybookError } from '../../lib/errors.ts';
import { roomIn } from '../disk-space.ts';
import type { Files, Home } from '../home.ts';
import { filesPatience, type Patience, rowsPatience } from './attempts.ts';
import { type Consumed, openDynamo } from './dynamo.ts';
import { keyItem } from './items.ts';
import { openRows } from './rows.ts';
import { openSalts } from './salts.ts';
import type { AwsSettings } from './settings.ts';
import { openStoreClock } from './store-clock.ts';
import { openVersionMark } from './version-mark.ts';

/**
 * A DynamoDB partition takes 1,000 writes a second: a site-day takes 8,000, and a reading asks 16
 * partitions.
 */
const shards = 8;

/**
 * Days are closed long before. The table may have its TTL on only where days are closed. Late hits
 * have no such time, because closing removes exactly those that it has read.
 */
export const rowsExpireAfterMs = 30 * dayMs;

const settingsMaxAgeMs = 5 * secondMs;

export type AwsOptions = {
  /** Hears of the capacity units of every request to the table of rows. */
  readonly onConsumed?: (consumed: Consumed) => void;
  /** Instead of the usual times. */
  readonly patience?: { readonly rows: Patience; readonly files: Patience };
  /** Looks whether the stores are there and ours to use; true where nothing else is said. */
  readonly check?: boolean;
};

/**
 * Opens tables and bucket; any number of processes may. Rejects with a `DaybookError` that names
 * what is missing. The library of files is loaded only where a bucket is named: without one, every
 * use of a file is `unavailable`.
 */
export async function openAws(
  settings: AwsSettings,
  clock: Clock,
  options: AwsOptions = {},
): Promise<Home> {
  const { table, saltsTable, bucket } = settings;
  const { rows: rowsTimes, files: filesTimes } = options.patience ?? {
    rows: rowsPatience,
    files: filesPatience,
  };
  const dynamo = openDynamo(settings, clock, rowsTimes, options.onConsumed);

  /** Any request that a process that only appends may make too. */
  async function ask(name: string): Promise<unknown> {
    const command = new GetItemCommand({
      TableName: name,
      Key: keyItem({ partition: 'health', sort: 'open' }),
      ...dynamo.metering,
    });
    return dynamo.run('GetItem', name, (client, sending) => client.send(command, sending));
  }

  try {
    const files =
      bucket === undefined
        ? undefined
        : await import('./files.ts').then(({ openFiles }) =>
            openFiles({ ...settings, bucket }, filesTimes),
          );
    try {
      if (options.check !== false) {
        await ask(table);
        await Promise.all([ask(saltsTable), files?.check()]);
      }
    } catch (error) {
      await files?.close();
      throw error;
    }
    const checkClock = openStoreClock(dynamo.skewMs, () => ask(table), clock);
    const rows = openRows(dynamo, table, checkClock);
    const mark = openVersionMark(rows, files, settings);
    if (options.check !== false) await mark.expect();
    return {
      name: 'aws',
      rows,
      files: files ?? noFiles,
      salts: openSalts(dynamo, saltsTable, checkClock),
      shards,
      settingsMaxAgeMs,
      writers: 'many',
      rowsExpireAfterMs,
      metered: true,
      countsStored: 'later',
      room: () => (files === undefined ? 0 : roomIn(files.folder)),
      claim: mark.claim,
      async close() {
        dynamo.close();
        await files?.close();
      },
    };
  } catch (error) {
    dynamo.close();
    throw error;
  }
}

const absent = () =>
  Promise.reject(
    new DaybookError('unavailable', 'there is no bucket for files: name one by DAYBOOK_BUCKET'),
  );

const noFiles: Files = { folder: '', save: absent, open: absent, list: absent, remove: absent };
