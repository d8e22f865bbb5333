/** Sums of measures by their groups. */
export type Groups = Map<string, { readonly group: readonly string[]; readonly sums: number[] }>;

/** Adds the measures of one row to those of its group. */
export function addUp(groups: Groups, group: readonly string[], sums: readonly number[]): void {
  const key = JSON.stringify(group);
  const known = groups.get(key);
  if (known === undefined) groups.set(key, { group, sums: [...sums] });
  else for (const [i, sum] of sums.entries()) known.sums[i]! += sum;
}
