import type { Answer } from '../api/types.ts';

/** The warnings in a page's answers, each once. */
export function warningsOf(answers: readonly (Answer | undefined)[]): string[] {
  const all = answers.flatMap((answer) => {
    const { metric_warnings = {}, erasing } = answer?.meta ?? {};
    return [...(erasing === undefined ? [] : [erasing]), ...Object.values(metric_warnings)];
  });
  return [...new Set(all.map(({ warning }) => warning))];
}
