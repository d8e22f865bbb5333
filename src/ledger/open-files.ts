import type { Files, LocalFile } from '../home/home.ts';

/** Files held at local paths until `release` is called. */
export type OpenedFiles = {
  /** Of a name that was asked for. */
  pathOf(name: string): string;
  release(): void;
};

const openedAtOnce = 16;

/** Opens files by name, all or none. Rejects with fault `not-found` where one is no longer there. */
export async function openFiles(files: Files, names: Iterable<string>): Promise<OpenedFiles> {
  const opened = new Map<string, LocalFile>();
  const waiting = [...new Set(names)];
  const release = () => {
    for (const file of opened.values()) file.release();
    opened.clear();
  };
  async function openNext(): Promise<void> {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
      opened.set(name, await files.open(name));
  }
  const work = await Promise.allSettled(Array.from({ length: openedAtOnce }, openNext));
  const failed = work.find(({ status }) => status === 'rejected');
  if (failed !== undefined) {
    release();
    throw (failed as PromiseRejectedResult).reason;
  }
  return { pathOf: (name) => opened.get(name)!.path, release };
}
