import { useState } from 'preact/hooks';
import { notificationApi } from '../api/notifications.ts';
import { person } from '../state/rights.ts';
import { notificationTexts as texts } from '../texts/texts.ts';
import { useKept } from './kept-list.tsx';
import { NotificationForm } from './notification-form.tsx';
import { NotificationList } from './notification-list.tsx';

/** What is sent of a site, for who has an account: keys are nobody's. */
export function NotificationSettings({ domain }: { domain: string }) {
  if (person.value === undefined) return <p>{texts.onlyPeople}</p>;
  return <OfPerson domain={domain} />;
}

function OfPerson({ domain }: { domain: string }) {
  const [hasMail, setHasMail] = useState(true);
  const kept = useKept(async () => {
    const { notifications, mail } = await notificationApi.list(domain);
    setHasMail(mail);
    return notifications;
  });
  return (
    <>
      <NotificationList kept={kept} empty={texts.empty} />
      <NotificationForm
        domain={domain}
        hasMail={hasMail}
        onMade={() => kept.change(async () => undefined)}
      />
    </>
  );
}
