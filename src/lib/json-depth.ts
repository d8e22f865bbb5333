/**
 * Whether a value read from JSON has objects and lists more than so many levels deep: it can be
 * read, but where they go thousands deep not written.
 */
export function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
