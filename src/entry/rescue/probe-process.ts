import { dirname } from 'node:path';
import { openDuck } from '../../duck/duck.ts';
import type { FileKind } from '../../ledger/manifest.ts';
import { type ProbedSet, probeSet } from '../../ledger/probe-set.ts';
import { messageOf } from '../../lib/errors.ts';
import { endWithServer } from '../server/child.ts';

export type ProbeQuestion = {
  readonly paths: Readonly<Partial<Record<FileKind, string>>>;
};

export type ProbeReply = { readonly set: ProbedSet } | { readonly problem: string };

/**
 * Reads files that nobody vouches for, in a process of its own: what they do to DuckDB ends nothing
 * else. Started by `probe-client.ts`; the first argument is the folder they are in.
 */
async function main(): Promise<void> {
  endWithServer();
  const folder = process.argv[2]!;
  process.on('message', ({ paths }: ProbeQuestion) => {
    void answer(folder, paths).then((reply) => process.connected && process.send!(reply));
  });
  process.send!('ready');
}

async function answer(folder: string, paths: ProbeQuestion['paths']): Promise<ProbeReply> {
  try {
    const duck = await openDuck({
      memoryBytes: 2 ** 29,
      threads: 2,
      folder: [folder, dirname(folder)],
    });
    try {
      return { set: await duck.read((session) => probeSet(session, paths), 600_000) };
    } finally {
      duck.close();
    }
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

await main();
