import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { type Notification, notificationApi } from '../api/notifications.ts';
import { notificationTexts as texts } from '../texts/texts.ts';
import { type Kept, KeptList } from './kept-list.tsx';

type Props = {
  readonly kept: Kept<Notification>;
  readonly empty: string;
  /** They are of several sites. */
  readonly namesSite?: boolean;
};

/** What is sent; one's own can be tried out. */
export function NotificationList({ kept, empty, namesSite = false }: Props) {
  const [said, setSaid] = useState<{ readonly id: string; readonly text: string } | undefined>();
  const test = async (one: Notification) => {
    setSaid({ id: one.id, text: texts.testing });
    const text = await notificationApi.test(one).then(
      () => texts.tested,
      (error: ApiError) => error.message,
    );
    setSaid({ id: one.id, text });
  };
  const nameOf = ({ what }: Notification) => {
    const words = what.map((name) => texts.short[name]).join(texts.and);
    return words.charAt(0).toUpperCase() + words.slice(1);
  };
  const words = (one: Notification): ComponentChildren => {
    const { channel, to, site, by, own, paused } = one;
    const where = texts.to(texts.channel[channel], to);
    const whole = namesSite ? texts.of(where, site) : own ? where : texts.by(where, by);
    return (
      <>
        {paused ? texts.paused(whole) : whole}
        {own && texts.dot}
        {own && (
          <button
            type="button"
            class="plain soft"
            aria-label={texts.testOf(nameOf(one))}
            onClick={() => void test(one)}
          >
            {texts.test}
          </button>
        )}{' '}
        <span role="status">{said?.id === one.id && said.text}</span>
      </>
    );
  };
  return (
    <KeptList
      kept={kept}
      empty={empty}
      name={nameOf}
      words={words}
      action={texts.end}
      remove={(one) => notificationApi.end(one)}
    />
  );
}
