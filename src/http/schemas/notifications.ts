import { z } from 'zod';
import { channelNames } from '../../notify/channels/target.ts';
import { whats } from '../../notify/subscription.ts';
import { domain, instant } from './common.ts';

const what = z.array(z.enum(whats)).meta({ example: ['weekly', 'spike'] });

const thresholds = {
  times: z.number().optional().meta({ description: 'a spike is so many times what is usual' }),
  percent: z.number().optional().meta({ description: 'a drop is so many per cent below it' }),
  least: z.number().optional().meta({ description: 'fewer visitors, or 404s, are no news' }),
  reached: z.number().optional().meta({ description: 'a goal, so often on a day' }),
  goal: z.string().nullable().optional().meta({ description: 'its id; else any goal' }),
  silent_hours: z.number().optional().meta({
    description: 'so many whole hours without a hit are silence, 1 to 24',
  }),
  quiet_hours: z.number().optional().meta({ description: 'hours without another of its kind' }),
};

const notification = z
  .object({
    ...{ id: z.string(), site: domain, what, channel: z.enum(channelNames) },
    to: z.string().meta({ description: 'the address, or the host it goes to' }),
    by: z.string().meta({ description: 'who asked for it' }),
    own: z.boolean(),
    paused: z.boolean().meta({ description: 'who asked for it may not have it now' }),
    thresholds: z.object(thresholds),
    created: instant,
  })
  .meta({ id: 'Notification' });

export const notifications = z.object({
  notifications: z.array(notification),
  mail: z.boolean().meta({ description: 'whether mails can be sent' }),
});

export const notificationMade = notification.extend({
  secret: z.string().optional().meta({ description: 'of a webhook, shown this once' }),
});

export const notificationShown = notification;

const asked = {
  thresholds: z.strictObject(thresholds).optional(),
};

export const newNotification = z.strictObject({
  ...{ what, channel: z.enum(channelNames), ...asked },
  url: z.string().optional(),
  room: z.string().optional(),
  token: z.string().optional(),
});

export const notificationChange = z.strictObject({ what: what.optional(), ...asked });

export const tested = z.object({ sent: z.literal(true) });
