import { DaybookError } from './errors.ts';

/** What was expected of the fields of an input, gathered so that all are named at once. */
export type RefusedFields = {
  refuse(field: string, problem: string): void;
  /** Throws `bad-input` that names each field that was refused. */
  throwIfAny(): void;
};

export function openRefusedFields(): RefusedFields {
  // No plain object: to assign its `__proto__` would refuse nothing.
  const problems = new Map<string, readonly string[]>();
  return {
    refuse(field, problem) {
      problems.set(field, [problem]);
    },
    throwIfAny() {
      if (problems.size === 0) return;
      const message = [...problems].map(([name, [problem]]) => `${name}: ${problem}`).join('; ');
      throw new DaybookError('bad-input', message, { fields: Object.fromEntries(problems) });
    },
  };
}

/** An error that refuses one field of an input. */
export const refusedField = (field: string, problem: string): DaybookError =>
  new DaybookError('bad-input', `${field}: ${problem}`, { fields: { [field]: [problem] } });

/** A value as it is quoted back: JSON, cut. */
export const quoted = (value: unknown): string => JSON.stringify(value)?.slice(0, 200) ?? 'nothing';
