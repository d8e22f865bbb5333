/** At most so many at once. Those who ask take turns; one asker's own wait in order of asking. */
export type Turns = {
  /**
   * Resolves when it is one's turn; what it gives ends the turn. `asker`: whose turn it is. If
   * `signal` is aborted before, it rejects with its reason.
   */
  take(asker?: string, signal?: AbortSignal): Promise<() => void>;
  /** How many of an asker's wait. */
  waiting(asker: string): number;
};

type Waiting = { begin(): void };

export function openTurns(count: number): Turns {
  // Whose turn is next stands first.
  const queues = new Map<string, Waiting[]>();
  let free = count;

  function next(): Waiting | undefined {
    const [first] = queues;
    if (first === undefined) return undefined;
    const [asker, queue] = first;
    const one = queue.shift();
    queues.delete(asker);
    if (queue.length > 0) queues.set(asker, queue); // behind all others
    return one;
  }

  function release(): void {
    const one = next();
    if (one === undefined) free++;
    else one.begin();
  }

  function wait(asker: string, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        const queue = queues.get(asker)!;
        queue.splice(queue.indexOf(one), 1);
        if (queue.length === 0) queues.delete(asker);
        reject(signal!.reason);
      };
      const one: Waiting = {
        begin() {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      const queue = queues.get(asker);
      if (queue === undefined) queues.set(asker, [one]);
      else queue.push(one);
    });
  }

  return {
    waiting: (asker) => queues.get(asker)?.length ?? 0,
    async take(asker = '', signal) {
      signal?.throwIfAborted();
      if (free > 0) free--;
      else await wait(asker, signal);
      let released = false;
      return () => {
        if (!released) release();
        released = true;
      };
    },
  };
}
