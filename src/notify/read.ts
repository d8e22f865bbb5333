import { DaybookError } from '../lib/errors.ts';
import { isPlainLine } from '../lib/plain-text.ts';
import type { Random } from '../lib/random.ts';
import { quoted, refusedField } from '../lib/refused-fields.ts';
import { type ChannelName, channelNames, type Target } from './channels/target.ts';
import { addressProblem } from './post.ts';
import { type Thresholds, type What, whats } from './subscription.ts';

/** What somebody has sent to say where messages go. */
export type TargetFields = {
  readonly channel?: unknown;
  readonly url?: unknown;
  readonly room?: unknown;
  readonly token?: unknown;
};

/** Fields that a channel needs besides its name; those with `?` may be left out. */
const fieldsOf: Readonly<Record<ChannelName, readonly string[]>> = {
  ...{ mail: [], webhook: ['url'], slack: ['url'], discord: ['url'] },
  ...{ matrix: ['url', 'room', 'token'], ntfy: ['url', 'token?'] },
};

const maxUrlLength = 1_000;

/** Throws `bad-input` that names the field. */
export function readTarget(
  { channel: name, ...given }: TargetFields,
  { random, allowsPrivate }: { readonly random: Random; readonly allowsPrivate: boolean },
): Target {
  const channel = channelNames.find((one) => one === name);
  if (channel === undefined)
    throw refusedField('channel', `expected one of ${channelNames.join(', ')}`);
  for (const field of ['url', 'room', 'token'] as const) {
    const isWanted = fieldsOf[channel].includes(field);
    const isKnown = isWanted || fieldsOf[channel].includes(`${field}?`);
    if (!isKnown && given[field] !== undefined)
      throw refusedField(field, `expected none with the channel ${channel}`);
    if (isWanted && given[field] === undefined)
      throw refusedField(field, `expected one with the channel ${channel}`);
  }
  if (channel === 'mail') return { channel };
  const url = readUrl(given.url, allowsPrivate);
  const token = given.token === undefined ? undefined : readToken(given.token);
  if (channel === 'webhook')
    return { channel, url, secret: `whsec_${random(24).toString('base64')}` };
  if (channel === 'matrix') return { channel, url, room: readRoom(given.room), token: token! };
  if (channel !== 'ntfy') return { channel, url };
  if (!/^[\w-]{1,64}$/.test(new URL(url).pathname.split('/').filter(Boolean).pop() ?? ''))
    throw refusedField('url', 'expected the address of a topic such as https://ntfy.sh/my-topic');
  return { channel, url, ...(token !== undefined && { token }) };
}

function readUrl(value: unknown, allowsPrivate: boolean): string {
  if (!isPlainLine(value, maxUrlLength))
    throw refusedField('url', `expected an address, got ${quoted(value)}`);
  const problem = addressProblem(value, allowsPrivate);
  if (problem !== undefined) throw refusedField('url', problem);
  return new URL(value).href;
}

/** It becomes a part of a header. */
function readToken(value: unknown): string {
  if (typeof value === 'string' && /^[\x21-\x7e]{1,500}$/.test(value)) return value;
  throw refusedField('token', 'expected at most 500 letters, digits and signs');
}

function readRoom(value: unknown): string {
  if (isPlainLine(value, 255) && /^!\S+$/.test(value)) return value;
  throw refusedField('room', 'expected the id of a room such as !abc:example.com');
}

/** Throws `bad-input` that names the field. */
export function readWhats(value: unknown): readonly What[] {
  const given = Array.isArray(value) ? value : [];
  const known = whats.filter((one) => given.includes(one));
  if (known.length > 0 && known.length === new Set(given).size) return known;
  throw refusedField('what', `expected some of ${whats.join(', ')}`);
}

type Bounds = { readonly least: number; readonly most: number; readonly isWhole?: true };

const bounds: Readonly<Record<Exclude<keyof Thresholds, 'goalId'>, Bounds>> = {
  times: { least: 1.1, most: 1_000 },
  percent: { least: 1, most: 100 },
  least: { least: 1, most: 1_000_000_000 },
  reached: { least: 1, most: 1_000_000_000 },
  silentHours: { least: 1, most: 24, isWhole: true },
  quietHours: { least: 1, most: 23 },
};

/** As the API names those that it names otherwise. */
const apiNames: Readonly<Record<string, string>> = {
  ...{ silentHours: 'silent_hours', quietHours: 'quiet_hours' },
};

/** By the names that the API has for them. Throws `bad-input` that names the field. */
export function readThresholds(
  given: Readonly<Record<string, unknown>>,
  goalIds: readonly string[],
): Partial<Thresholds> {
  const read: Record<string, number | string> = {};
  for (const [name, { least, most, isWhole }] of Object.entries(bounds)) {
    const field = apiNames[name] ?? name;
    const value = given[field];
    if (value === undefined) continue;
    const isGood = typeof value === 'number' && value >= least && value <= most;
    if (!isGood || (isWhole && !Number.isInteger(value))) {
      const number = isWhole ? 'a whole number' : 'a number';
      throw refusedField(
        field,
        `expected ${number} from ${least} to ${most}, got ${quoted(value)}`,
      );
    }
    read[name] = value;
  }
  const goal = given['goal'];
  if (goal !== undefined && goal !== null) {
    if (typeof goal !== 'string' || !goalIds.includes(goal))
      throw refusedField('goal', 'expected the id of a goal of the site');
    read['goalId'] = goal;
  }
  return read as Partial<Thresholds>;
}

export const noMail = () =>
  new DaybookError(
    'bad-input',
    'channel: this Daybook sends no mail: its owner has not set a mail server (DAYBOOK_SMTP)',
    { fields: { channel: ['expected another than mail: no mail server is set'] } },
  );
