import type { Tags } from './enrich/page-url.ts';
import type { Place } from './enrich/place.ts';

/** What every dialect makes of a request: parsed and checked, before anything is looked up. */
export type Candidate = {
  /** The site asked for; absent: the default site. */
  readonly domain?: string;
  readonly name: string;
  readonly hostname: string;
  readonly page: string;
  /** The query of the page's URL, where it names its page by one. */
  readonly search?: string | undefined;
  /** Campaign and click marks of the page's URL. */
  readonly tags: Tags;
  readonly referrer?: string | undefined;
  readonly language?: string | undefined;
  /** Of the page, as `readTitle` gives it. */
  readonly title?: string | undefined;
  readonly screenWidthPx?: number | undefined;
  readonly interactive: boolean;
  readonly props?: Readonly<Record<string, string>> | undefined;
  readonly revenue?: { readonly currency: string; readonly amount: number } | undefined;
  /** The sender's own id of the hit: what makes sending it again safe. */
  readonly id?: string | undefined;
  /** When the visitor did it, in ms, as a sender with a key says. */
  readonly atMs?: number | undefined;
  /** How long ago it happened, as its sender says who sends it again; absent: just now. */
  readonly ageMs?: number | undefined;
  readonly engagement?:
    | {
        readonly scrollDepth?: number;
        readonly engagedMs?: number;
        readonly viewAgeMs: number;
      }
    | undefined;
  /** The deploy dialect's own fields. */
  readonly sent?: Readonly<Record<string, unknown>>;
  readonly userAgent: string;
  /** The visitor's IP address. Lives only as long as the request. */
  readonly address: string;
  /** Where the visitor is, from somebody who knows better than the address shows. */
  readonly place?: Place | undefined;
  /** The sender has a key that may write: a time that it names is taken at its word. */
  readonly hasKey: boolean;
  /** The one site that this key is for; absent: any. */
  readonly keySiteId?: string | undefined;
  /** The browser asks not to be counted (Sec-GPC, DNT). */
  readonly optsOut: boolean;
  /** A robot's hit is kept too, as a row that no report counts. */
  readonly keepsRobots?: true;
  /** Its page says itself that its browser is automated. */
  readonly isRobot?: true;
  /** It is no pageview and no event: answered as its client expects, counted, and not kept. */
  readonly notKept?: 'identify' | 'performance';
  /** A part that was sent and could not be used; the hit is kept without it. */
  readonly leftOut?: 'revenue';
  readonly receivedAtMs: number;
};

/** What a dialect gets of a request besides its body. */
export type RequestContext = Pick<
  Candidate,
  'userAgent' | 'address' | 'place' | 'hasKey' | 'keySiteId' | 'optsOut' | 'receivedAtMs'
>;

/** Why a body was refused, by field; answered as 400. */
export type Invalid = { readonly invalid: Readonly<Record<string, readonly string[]>> };

export function invalid(field: string, problem: string): Invalid {
  return { invalid: { [field]: [problem] } };
}

/** What came, short enough for a message. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
