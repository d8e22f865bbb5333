/** How one value is compared; several values of one test are alternatives. */
export const comparisons = {
  is: (sql: string, place: string) => `${sql} = ${place}`,
  contains: (sql: string, place: string) => `contains(${sql}, ${place})`,
  // RE2, anywhere in the text, in time linear in it.
  matches: (sql: string, place: string) => `regexp_matches(${sql}, ${place})`,
} as const;

export type Comparison = keyof typeof comparisons;

export const operators = {
  is: { comparison: 'is', negated: false },
  is_not: { comparison: 'is', negated: true },
  contains: { comparison: 'contains', negated: false },
  contains_not: { comparison: 'contains', negated: true },
  matches: { comparison: 'matches', negated: false },
  matches_not: { comparison: 'matches', negated: true },
} as const satisfies Readonly<
  Record<string, { readonly comparison: Comparison; readonly negated: boolean }>
>;

export type Operator = keyof typeof operators;

export const isOperator = (name: string): name is Operator => Object.hasOwn(operators, name);
