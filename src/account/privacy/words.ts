/** Names in a sentence: `a, b and c`. */
export const wordList = (names: readonly string[]): string =>
  new Intl.ListFormat('en-GB').format(names);

/** `1 page`, `2 pages`. */
export const counted = (count: number, one: string, other = `${one}s`): string =>
  `${count} ${count === 1 ? one : other}`;
