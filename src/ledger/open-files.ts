import type { Files, LocalFile } from '../home/home.ts';
import { openChecked } from './checked-file.ts';
import type { NamedFile } from './manifest.ts';

/** Files of the ledger as this process reads them. */
export type LedgerFiles = {
  /**
   * Opens files, all or none. Rejects with fault `not-found` where one is no longer there,
   * `damaged` where one is not what its manifest says: each is compared with it when it is first
   * opened here, and again with `checkAgain`.
   */
  open(files: Iterable<NamedFile>, checkAgain?: boolean): Promise<OpenedFiles>;
};

/** Files held at local paths until `release` is called. */
export type OpenedFiles = {
  /** Of the name of a file that was asked for. */
  pathOf(name: string): string;
  release(): void;
};

const openedAtOnce = 16;

/** Names that are known to be right. No name is ever used twice. */
const maxChecked = 100_000;

export function openLedgerFiles(files: Files): LedgerFiles {
  const checked = new Set<string>();

  async function openOne(file: NamedFile, checkAgain: boolean): Promise<LocalFile> {
    if (!checkAgain && checked.has(file.name)) return files.open(file.name);
    const opened = await openChecked(files, file);
    if (checked.size >= maxChecked) checked.clear();
    checked.add(file.name);
    return opened;
  }

  return {
    async open(wanted, checkAgain = false) {
      const opened = new Map<string, LocalFile>();
      const waiting = [...new Map([...wanted].map((file) => [file.name, file])).values()];
      const release = () => {
        for (const file of opened.values()) file.release();
        opened.clear();
      };
      async function openNext(): Promise<void> {
        for (let file = waiting.pop(); file !== undefined; file = waiting.pop())
          opened.set(file.name, await openOne(file, checkAgain));
      }
      const work = await Promise.allSettled(Array.from({ length: openedAtOnce }, openNext));
      const failed = work.find(({ status }) => status === 'rejected');
      if (failed !== undefined) {
        release();
        throw (failed as PromiseRejectedResult).reason;
      }
      return { pathOf: (name) => opened.get(name)!.path, release };
    },
  };
}
