/**
 * Of the names there are, the one that somebody meant who wrote `text`: at most a third of its
 * letters are wrong, missing, too many or exchanged with the next. Undefined where none is so near.
 */
export function nearest(text: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.floor(Math.max(3, text.length) / 3);
  for (const name of names) {
    if (Math.abs(name.length - text.length) > least) continue;
    const edits = editsBetween(text.toLowerCase(), name.toLowerCase());
    if (edits < least || (edits === least && best === undefined)) {
      best = name;
      least = edits;
    }
  }
  return best;
}

/** `; did you mean NAME?`, or nothing. */
export function didYouMean(text: string, names: Iterable<string>): string {
  const name = nearest(text, names);
  return name === undefined ? '' : `; did you mean ${name}?`;
}

/** Damerau's distance (of optimal string alignment): two letters exchanged are one edit. */
function editsBetween(a: string, b: string): number {
  let [before, row]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let edits = Math.min(row![j]! + 1, next[j - 1]! + 1, row![j - 1]! + (isSame ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, before![j - 2]! + 1);
      next.push(edits);
    }
    [before, row] = [row, next];
  }
  return row![b.length]!;
}
