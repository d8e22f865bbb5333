import type { Answer } from '../api/types.ts';

/** What the answers of a page warn of, each thing once. */
export function warningsOf(answers: readonly (Answer | undefined)[]): string[] {
  const all = answers.flatMap((answer) => Object.values(answer?.meta.metric_warnings ?? {}));
  return [...new Set(all.map(({ warning }) => warning))];
}
