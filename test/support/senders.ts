import { chrome } from './real-app.ts';

/** The ids of all hits that were answered with 200. */
export type Acknowledged = { readonly ids: string[]; stop(): Promise<void> };

/** Posts hits to `/analytics` over several connections, until stopped or the server has ended. */
export function sendHits(url: string, senders: number, most: number): Acknowledged {
  const ids: string[] = [];
  let stopped = false;
  let sent = 0;
  async function send(): Promise<void> {
    while (!stopped && sent++ < most) {
      try {
        const answer = await fetch(`${url}/analytics`, {
          method: 'POST',
          body: JSON.stringify({ pathname: `/${sent}`, userAgent: chrome }),
        });
        const text = await answer.text();
        if (answer.status === 200) ids.push((JSON.parse(text) as { id: string }).id);
      } catch {
        return;
      }
    }
  }
  const running = Array.from({ length: senders }, send);
  return {
    ids,
    async stop() {
      stopped = true;
      await Promise.all(running);
    },
  };
}

/** How often each id is in the answer of `GET /api/hits`. */
export async function countIds(url: string, domain: string): Promise<Map<string, number>> {
  const text = await untilAnswered(`${url}/api/hits?site=${domain}`);
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { id } = JSON.parse(line) as { id: string };
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** On a busy machine a stranger's question may take too long: it is asked again, as it says. */
async function untilAnswered(url: string): Promise<string> {
  const givesUpMs = performance.now() + 60_000;
  for (;;) {
    const answer = await fetch(url);
    const text = await answer.text();
    if (answer.status === 200) return text;
    if (answer.status !== 503 || performance.now() > givesUpMs)
      throw new Error(`${url}: ${answer.status} ${text}`);
  }
}
