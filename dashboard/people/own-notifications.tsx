import { notificationApi } from '../api/notifications.ts';
import { useKept } from '../settings/kept-list.tsx';
import { NotificationList } from '../settings/notification-list.tsx';
import { notificationTexts as texts } from '../texts/texts.ts';

/** What one has asked to be sent, of all sites. */
export function OwnNotifications() {
  const kept = useKept(async () => (await notificationApi.own()).notifications);
  return <NotificationList kept={kept} empty={texts.noneOfYours} namesSite />;
}
