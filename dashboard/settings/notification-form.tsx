import { useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import {
  type ChannelName,
  type Limits,
  type NewNotification,
  notificationApi,
  type What,
} from '../api/notifications.ts';
import { limitNames, limitsFor } from '../model/alert-limits.ts';
import { FormField } from '../people/form-field.tsx';
import { may } from '../state/rights.ts';
import { notificationTexts as texts } from '../texts/texts.ts';
import { Copy } from '../ui/copy.tsx';
import { AlertLimits } from './alert-limits.tsx';

const summaries: readonly What[] = ['weekly', 'monthly'];

const alerts: readonly What[] = ['spike', 'drop', 'goal', 'silence', 'not-found'];

type Props = {
  readonly domain: string;
  readonly hasMail: boolean;
  readonly onMade: () => Promise<unknown>;
};

/** Asks for something to be sent. Where others read it too, that takes an editor. */
export function NotificationForm({ domain, hasMail, onMade }: Props) {
  const channels = (Object.keys(texts.channel) as ChannelName[]).filter(
    (name) => name === 'mail' || may('annotate', domain),
  );
  const [what, setWhat] = useState<readonly What[]>(['weekly']);
  const [channel, setChannel] = useState<ChannelName>('mail');
  const [limits, setLimits] = useState<Limits>({});
  const [url, setUrl] = useState('');
  const [room, setRoom] = useState('');
  const [token, setToken] = useState('');
  const [secret, setSecret] = useState<string | undefined>();
  const [problem, setProblem] = useState<ApiError | undefined>();
  const has = { url: channel !== 'mail', room: channel === 'matrix' };
  const hasToken = channel === 'matrix' || channel === 'ntfy';
  const add = async (event: Event) => {
    event.preventDefault();
    const thresholds = limitsFor(what, limits);
    const wanted: NewNotification = {
      ...{ what, channel },
      ...(Object.keys(thresholds).length > 0 && { thresholds }),
      ...(has.url && { url: url.trim() }),
      ...(has.room && { room: room.trim() }),
      ...(hasToken && token.trim() !== '' && { token: token.trim() }),
    };
    try {
      setSecret((await notificationApi.add(domain, wanted)).secret);
      setProblem(undefined);
      for (const clear of [setUrl, setRoom, setToken]) clear('');
      setLimits({});
      await onMade();
    } catch (error) {
      setProblem(error as ApiError);
    }
  };
  const problemOf = (field: string) => (problem?.field === field ? problem.message : undefined);
  const isOfField = ['url', 'room', 'token', ...limitNames].includes(problem?.field ?? '');
  return (
    <form class="form adding" onSubmit={(event) => void add(event)}>
      <h3>{texts.add}</h3>
      <Whats title={texts.summaries} all={summaries} chosen={what} onChange={setWhat} />
      <Whats title={texts.alerts} all={alerts} chosen={what} onChange={setWhat} />
      <AlertLimits {...{ what, problemOf }} given={limits} onChange={setLimits} />
      <label class="field">
        {texts.where}
        <select
          class="input"
          value={channel}
          onChange={({ currentTarget: { value } }) => {
            setChannel(value as ChannelName);
            setProblem(undefined);
          }}
        >
          {channels.map((name) => (
            <option key={name} value={name}>
              {texts.channel[name]}
            </option>
          ))}
        </select>
        {channel === 'mail' && !hasMail && <small>{texts.noMail}</small>}
      </label>
      {channel !== 'mail' && (
        <FormField
          label={texts.url[channel]}
          problem={problemOf('url')}
          placeholder={texts.urlExample[channel]}
          {...{ type: 'text', autocomplete: 'off', required: true, maxLength: 1_000 }}
          value={url}
          onChange={setUrl}
        />
      )}
      {has.room && (
        <FormField
          label={texts.room}
          problem={problemOf('room')}
          placeholder={texts.roomExample}
          {...{ type: 'text', autocomplete: 'off', required: true, maxLength: 255 }}
          value={room}
          onChange={setRoom}
        />
      )}
      {hasToken && (
        <FormField
          label={channel === 'matrix' ? texts.token : texts.tokenMaybe}
          problem={problemOf('token')}
          {...{ type: 'password', autocomplete: 'off', required: channel === 'matrix' }}
          maxLength={500}
          value={token}
          onChange={setToken}
        />
      )}
      <p class="bad" role="alert">
        {!isOfField && problem?.message}
      </p>
      <button
        type="submit"
        class="button main"
        disabled={what.length === 0 || (channel === 'mail' && !hasMail)}
      >
        {texts.submit}
      </button>
      {secret !== undefined && (
        <div class="made">
          <p role="status">{texts.made}</p>
          <Copy text={secret} name={texts.secret} />
        </div>
      )}
    </form>
  );
}

type WhatsProps = {
  readonly title: string;
  readonly all: readonly What[];
  readonly chosen: readonly What[];
  readonly onChange: (chosen: readonly What[]) => void;
};

function Whats({ title, all, chosen, onChange }: WhatsProps) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {all.map((name) => (
        <label class="switch" key={name}>
          <input
            type="checkbox"
            checked={chosen.includes(name)}
            onChange={({ currentTarget: { checked } }) =>
              onChange(checked ? [...chosen, name] : chosen.filter((one) => one !== name))
            }
          />{' '}
          {texts.what[name]}
        </label>
      ))}
    </fieldset>
  );
}
