import type { Person } from '../account/people.ts';
import { isAtLeast, type Role, roleOn } from '../account/roles.ts';
import type { ChannelName, Target } from './channels/target.ts';

/** What somebody may ask for. */
export const whats = [
  ...(['weekly', 'monthly'] as const),
  ...(['spike', 'drop', 'goal', 'silence', 'not-found'] as const),
] as const;

export type What = (typeof whats)[number];

export const summaries: readonly What[] = ['weekly', 'monthly'];

/**
 * When an alert is sent. `times`: a spike, or a rise of 404s, is so many times what is usual in
 * that hour of the week. `percent`: a drop is so much below it. `least`: fewer visitors, or 404s,
 * are no spike, and of fewer nothing drops. `goalId`: the goal that is meant, else any; `reached`:
 * so often on a day. `silentHours`: so many hours without a hit are silence. `quietHours`: after an
 * alert there is no other of its kind for so long.
 */
export type Thresholds = {
  readonly times: number;
  readonly percent: number;
  readonly least: number;
  readonly goalId?: string;
  readonly reached: number;
  readonly silentHours: number;
  readonly quietHours: number;
};

export const usualThresholds: Thresholds = {
  ...{ times: 3, percent: 60, least: 30, reached: 1, silentHours: 1, quietHours: 6 },
};

/** What a person wants to be sent of a site, and where. A mail goes to the person's own address. */
export type Subscription = {
  readonly id: string;
  readonly siteId: string;
  readonly personId: string;
  readonly whats: readonly What[];
  readonly target: Target;
  /** What differs from `usualThresholds`. */
  readonly thresholds?: Partial<Thresholds>;
  readonly createdMs: number;
};

export const thresholdsOf = ({ thresholds = {} }: Subscription): Thresholds => ({
  ...usualThresholds,
  ...thresholds,
});

/** Whoever may read a site may have mails of it; what others read too is for editors to send. */
export const roleFor = (channel: ChannelName): Role => (channel === 'mail' ? 'viewer' : 'editor');

/** Whether who asked for it may still have it. */
export const mayHave = (person: Person | undefined, { siteId, target }: Subscription): boolean =>
  person !== undefined && isAtLeast(roleOn(person.rights, siteId), roleFor(target.channel));
