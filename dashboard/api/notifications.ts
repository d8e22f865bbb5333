import { ask } from './client.ts';

export type What = 'weekly' | 'monthly' | 'spike' | 'drop' | 'goal' | 'silence' | 'not-found';

export type ChannelName = 'mail' | 'webhook' | 'slack' | 'discord' | 'matrix' | 'ntfy';

/** Numbers that alerts are judged by. */
export type LimitName = 'times' | 'percent' | 'least' | 'reached' | 'silent_hours' | 'quiet_hours';

export type Limits = Readonly<Partial<Record<LimitName, number>>>;

/** What somebody has asked to be sent. */
export type Notification = {
  readonly id: string;
  readonly site: string;
  readonly what: readonly What[];
  readonly channel: ChannelName;
  readonly to: string;
  readonly by: string;
  readonly own: boolean;
  readonly paused: boolean;
};

export type Notifications = {
  readonly notifications: readonly Notification[];
  /** Whether mails can be sent. */
  readonly mail: boolean;
};

export type NewNotification = {
  readonly what: readonly What[];
  readonly channel: ChannelName;
  readonly url?: string;
  readonly room?: string;
  readonly token?: string;
  /** What differs from the usual. */
  readonly thresholds?: Limits;
};

const of = encodeURIComponent;

const pathOf = (site: string) => `/api/v1/sites/${of(site)}/notifications`;

export const notificationApi = {
  list: (site: string) => ask<Notifications>(pathOf(site)),
  own: () => ask<Notifications>('/api/v1/me/notifications'),
  add: (site: string, wanted: NewNotification) =>
    ask<Notification & { readonly secret?: string }>(pathOf(site), { body: wanted }),
  end: ({ site, id }: Notification) =>
    ask<unknown>(`${pathOf(site)}/${of(id)}`, { method: 'DELETE' }),
  test: ({ site, id }: Notification) =>
    ask<unknown>(`${pathOf(site)}/${of(id)}/test`, { method: 'POST' }),
};
