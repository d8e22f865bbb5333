import { useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';

/** What a form sends, and what was refused of it. */
export function useTrying() {
  const [problem, setProblem] = useState<ApiError | undefined>();
  return {
    problem,
    async attempt(work: () => Promise<unknown>): Promise<void> {
      try {
        await work();
        setProblem(undefined);
      } catch (error) {
        setProblem(error as ApiError);
      }
    },
    /** What was wrong with a field. */
    of: (field: string) => (problem?.field === field ? problem.message : undefined),
    /** What was wrong, where it is about none of the form's fields. */
    besides: (...fields: readonly string[]) =>
      fields.includes(problem?.field ?? '') ? undefined : problem?.message,
  };
}
