import { type Answer, deliver, mayCome, type Post } from '../delivery.ts';
import type { Options } from '../options.ts';
import type { Hit, Listen } from '../page-tracker.ts';

/** A hit with where it goes, and its age. */
export type Sent = { readonly api: string; readonly body: Hit; readonly ageMs: () => number };

/** Hits of one page that wait, at most: who is offline for long keeps the last ones. */
const most = 100;

/** The server takes no age over a day: such a hit would get the wrong time. */
const oldestMs = 86_400_000;

const prefix = 'daybook:';

/**
 * Hits that could not be sent wait: in memory, until the browser is online again or another hit has
 * come through; and in the browser's storage where the page allows it, until another page of the
 * site sends them. The same id makes it safe to send one twice.
 */
export function openWaiting(
  options: Options,
  listen: Listen,
  transmit: (api: string, body: Hit) => Promise<Answer>,
) {
  let waiting: Post[] = [];

  const sendAll = () => {
    const all = waiting;
    waiting = [];
    for (const post of all) post(true).then(({ status }) => mayCome(status) && waiting.push(post));
  };
  listen('online', sendAll);

  /** Storage may be full, or not allowed: then a hit waits in memory only. */
  const store = (run: (storage: Storage) => void) => {
    try {
      if (options.storage) run(localStorage);
    } catch {}
  };

  store((storage) => {
    for (const key of Object.keys(storage).filter((name) => name.startsWith(prefix))) {
      const [api, body, atMs] = JSON.parse(storage[key]);
      body.a = Date.now() - atMs;
      if (body.a < oldestMs)
        transmit(api, body).then(({ status }) => mayCome(status) || delete storage[key]);
      else delete storage[key];
    }
  });

  return (post: Post, { api, body, ageMs }: Sent, done: (answer: Answer) => void): void => {
    const key = prefix + body.id;
    const keep: Post = (again) =>
      post(again).then((answer) => {
        store((storage) => {
          if (mayCome(answer.status))
            storage[key] = JSON.stringify([api, body, Date.now() - ageMs()]);
          else delete storage[key];
        });
        return answer;
      });
    deliver(keep, setTimeout, (answer) => {
      done(answer);
      if (mayCome(answer.status)) waiting = waiting.concat(keep).slice(-most);
      else sendAll();
    });
  };
}
