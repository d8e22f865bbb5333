const lowered = (label: string) => `${label.slice(0, 1).toLowerCase()}${label.slice(1)}`;

const visitHas = { has_done: 'Visit has', has_not_done: 'Visit has not' };

/** Filters: as chips, in their dialog, and kept as segments. */
export const filterTexts = {
  filters: 'Filters',
  filter: 'Filter',
  edit: 'Edit',
  editOf: (said: string) => `Edit the filter ${said}`,
  editing: 'Edit the filter',
  remove: 'Remove',
  removeOf: (said: string) => `Remove the filter ${said}`,
  removeAll: 'Remove all',
  only: 'Only',
  isFixed: 'The link shows nothing else',
  turn: 'Turn it round',
  turnOf: (said: string) => `${said}: turn it round`,
  or: 'or',
  anyOf: (tests: readonly string[]) => tests.join(', or '),
  /** What a test is about and how it compares; `done`: some other hit of the visit. */
  test: (label: string, operator: string, done: 'has_done' | 'has_not_done' | undefined) =>
    done === undefined
      ? { what: label, how: operator }
      : { what: lowered(visitHas[done]), how: `${lowered(label)} ${operator}` },
  values: (values: readonly string[]) => values.join(' or '),
  whole: (what: string, how: string, values: string) => `${what} ${how} ${values}`,
  /** What no page makes. */
  inner: (test: string) => `(${test})`,
  joined: (tests: readonly string[], word: 'and' | 'or') => tests.join(` ${word} `),
  not: (test: string) => `not (${test})`,
  other: (word: string, test: string) => `${word.replaceAll('_', ' ')} (${test})`,

  what: 'What',
  property: 'Property',
  propertyName: 'Name of the property',
  whose: 'Whose',
  whoseThis: 'This',
  visitHas,
  how: 'How',
  value: 'Value',
  removeValue: (value: string) => `Remove ${value}`,
  apply: 'Apply',
  orMore: 'Or …',
  nothingYet: (label: string) =>
    `Nothing to filter by yet: type a value of ${label.toLowerCase()}, or choose one of the list.`,

  segments: 'Segments',
  keep: 'Keep these filters',
  segmentName: 'Name of the segment',
  keepIt: 'Keep',
  forMeAlone: 'For me alone',
};
