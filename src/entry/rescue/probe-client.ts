import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ProbedSet } from '../../ledger/probe-set.ts';
import type { ProbeQuestion, ProbeReply } from './probe-process.ts';

export type Prober = {
  /** What the files say, or why they cannot be read: also where they end the process that does. */
  probe(paths: ProbeQuestion['paths']): Promise<ProbedSet | string>;
  close(): void;
};

/** Reads files in a child process; where it ends, the next question starts another one. */
export function openProber(folder: string): Prober {
  const program = fileURLToPath(new URL('./probe-process.js', import.meta.url));
  let child: ChildProcess | undefined;

  async function started(): Promise<ChildProcess> {
    if (child !== undefined) return child;
    const made = fork(program, [folder], { execArgv: [] });
    made.once('exit', () => {
      if (child === made) child = undefined;
    });
    child = made;
    await Promise.race([once(made, 'message'), once(made, 'exit')]);
    return made;
  }

  return {
    async probe(paths) {
      const asked = await started();
      const ended = once(asked, 'exit').then(
        ([code, signal]) => `the process that read it ended (${signal ?? code})`,
      );
      const reply = once(asked, 'message').then(([answer]) => {
        const read = answer as ProbeReply;
        return 'set' in read ? read.set : read.problem;
      });
      reply.catch(() => {});
      asked.send({ paths } satisfies ProbeQuestion, () => {});
      return Promise.race([reply, ended]);
    },
    close() {
      child?.kill('SIGKILL');
    },
  };
}
