/** What Daybook did with each event of a request. */
export type Result = {
  readonly status: 'accepted' | 'dropped' | 'invalid';
  readonly field?: string;
  readonly expected?: string;
};

/** What became of a request: answered; refused for good; too large; or to be sent again. */
export type Outcome =
  | { readonly kind: 'taken'; readonly results: readonly Result[] }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'too-large'; readonly message: string }
  | {
      readonly kind: 'again';
      readonly message: string;
      /** Not before so long. */
      readonly afterMs: number | undefined;
    };

export type Target = {
  readonly url: string;
  readonly key: string;
  readonly timeoutMs: number;
  readonly fetch: typeof fetch;
};

/** What another try may change: too early, too many, and what went wrong on the other side. */
const isPassing = (status: number) => [408, 425, 429].includes(status) || status >= 500;

/** Sends events once. Never rejects. `ending`: gives up where the process ends. */
export async function send(
  { url, key, timeoutMs, fetch: fetchIt }: Target,
  texts: readonly string[],
  ending: AbortSignal,
): Promise<Outcome> {
  const given = new AbortController();
  const giveUp = () => given.abort();
  const timer = setTimeout(giveUp, timeoutMs);
  ending.addEventListener('abort', giveUp);
  try {
    const answer = await fetchIt(`${url}/api/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
      body: `{"events":[${texts.join(',')}]}`,
      redirect: 'error',
      signal: given.signal,
    });
    const text = await answer.text();
    const message = `${answer.status} ${text.slice(0, 300)}`;
    if (answer.status === 200) {
      const results = resultsOf(text);
      if (results?.length === texts.length) return { kind: 'taken', results };
      return { kind: 'again', message: `no answer of Daybook's: ${message}`, afterMs: undefined };
    }
    if (answer.status === 413) return { kind: 'too-large', message };
    if (!isPassing(answer.status)) return { kind: 'refused', message };
    const afterMs = retryAfterMs(answer.headers.get('retry-after'), Date.now());
    return { kind: 'again', message, afterMs };
  } catch (error) {
    return { kind: 'again', message: String(error), afterMs: undefined };
  } finally {
    clearTimeout(timer);
    ending.removeEventListener('abort', giveUp);
  }
}

function resultsOf(text: string): readonly Result[] | undefined {
  try {
    const { results } = JSON.parse(text) as { readonly results?: unknown };
    return Array.isArray(results) ? results : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds, or a date. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const ms = Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
