import type { What } from './subscription.ts';

/** What is sent: every channel shows of it what it can. None of the texts is markup. */
export type Message = {
  /** The same for every try: who gets it twice can tell. */
  readonly id: string;
  readonly what: What | 'test';
  readonly site: string;
  /** One line. */
  readonly title: string;
  /** Lines, without the title. */
  readonly text: string;
  /** For mails: what stands between head and foot. */
  readonly html: string;
  /** Where to see more, if it is known where browsers reach this Daybook. */
  readonly url?: string;
  /** For programs. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly atMs: number;
};
