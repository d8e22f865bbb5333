const signals = ['SIGTERM', 'SIGINT'] as const;

type Running = {
  readonly pid: number;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  kill(pid: number, signal: string): unknown;
};

/**
 * Calls `close` before the process ends by itself, or by a signal. A signal that nobody else
 * listens to ends the process afterwards, as it would have. Gives a function that forgets all this.
 * Where there is no such process (at the edge), it does nothing.
 */
export function onExit(close: () => Promise<unknown>): () => void {
  const running = (globalThis as { process?: Partial<Running> }).process;
  if (running?.on === undefined || running.kill === undefined) return () => {};
  const own = running as Running;
  const beforeExit = () => void close();
  const bySignal = signals.map((signal) => {
    const listener = () => {
      const isAlone = own.listenerCount(signal) === 1;
      void close().finally(() => {
        if (isAlone) own.kill(own.pid, signal);
      });
    };
    return { signal, listener };
  });
  own.on('beforeExit', beforeExit);
  for (const { signal, listener } of bySignal) own.on(signal, listener);
  return () => {
    own.off('beforeExit', beforeExit);
    for (const { signal, listener } of bySignal) own.off(signal, listener);
  };
}
