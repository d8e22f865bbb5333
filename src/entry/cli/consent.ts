import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';
import { DaybookError } from '../../lib/errors.ts';
import { takeBackMs } from '../../model/times.ts';
import { command, note } from './data.ts';

export type ConsentFlags = { readonly yes?: true; readonly now?: true };

export const yesOption = () => new Option('--yes', 'do not ask');

export const nowOption = () =>
  new Option('--now', 'destroy it at once: it cannot be taken back (without it, in 24 hours)');

/**
 * Says what will go, and asks. Throws where the answer is no, and where there is nobody to ask: a
 * script says `--yes`.
 */
export async function askBefore(what: string, { yes, now }: ConsentFlags): Promise<void> {
  const when = now ? 'at once, for good' : `destroyed in ${takeBackMs / 3_600_000} hours`;
  note(`this will go (${when}): ${what}`);
  if (!yes) await askOnce('Remove it?', 'nothing was removed', 'remove it');
}

/** Throws `no` where the answer is no, and where there is nobody to ask. */
export async function askOnce(question: string, no: string, what: string): Promise<void> {
  if (!process.stdin.isTTY) throw new DaybookError('bad-input', `${no}; say --yes to ${what}`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    prompt.close();
  }
  throw new DaybookError('bad-input', no);
}

/** Says when it is destroyed, and what takes it back. */
export function sayTakeBack(id: string, destroyMs: number): void {
  note(
    `it is in no report any more, and is destroyed at ${new Date(destroyMs).toISOString()}; ` +
      `until then \`${command} restore ${id}\` takes it back`,
  );
}
