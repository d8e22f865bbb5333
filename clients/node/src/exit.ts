const signals = ['SIGTERM', 'SIGINT'] as const;

type Running = {
  readonly pid: number;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  kill(pid: number, signal: string): unknown;
};

/** Of all clients: they share one listener, so that it can be seen whether others listen. */
const closers = new Set<() => Promise<unknown>>();

/**
 * Calls `close` before the process ends by itself, or by a signal. A signal that nobody else
 * listens to ends the process afterwards, as it would have. Gives a function that forgets all this.
 * Where there is no such process (at the edge), it does nothing.
 */
export function onExit(close: () => Promise<unknown>): () => void {
  const { process: own } = globalThis as { process?: Partial<Running> };
  if (!isWhole(own)) return () => {};
  if (closers.size === 0) for (const [event, listener] of listenersOf(own)) own.on(event, listener);
  closers.add(close);
  return () => {
    if (!closers.delete(close) || closers.size > 0) return;
    for (const [event, listener] of listenersOf(own)) own.off(event, listener);
  };
}

const isWhole = (own: Partial<Running> | undefined): own is Running =>
  own?.on !== undefined && own.kill !== undefined;

const closeAll = () => Promise.allSettled([...closers].map((close) => close()));

let listeners: readonly (readonly [string, () => void])[] | undefined;

function listenersOf(own: Running) {
  const bySignal = (signal: string) => () => {
    const isAlone = own.listenerCount(signal) === 1;
    void closeAll().then(() => {
      if (isAlone) own.kill(own.pid, signal);
    });
  };
  listeners ??= [
    ['beforeExit', () => void closeAll()],
    ...signals.map((signal) => [signal, bySignal(signal)] as const),
  ];
  return listeners;
}
