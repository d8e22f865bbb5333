/**
 * Joins questions whether there is something: those that come while one is being answered wait, and
 * are asked as one. So however many come, one is under way for each subject. `ask` gives those of
 * the ids that there are.
 */
export function askTogether<Subject>(
  keyOf: (subject: Subject) => string,
  ask: (subject: Subject, ids: readonly string[]) => Promise<readonly string[]>,
): (subject: Subject, id: string) => Promise<boolean> {
  type Joined = { readonly ids: Set<string>; readonly found: Promise<ReadonlySet<string>> };
  const waiting = new Map<string, Joined>();
  const latest = new Map<string, Promise<unknown>>();

  function join(key: string, subject: Subject): Joined {
    const ids = new Set<string>();
    const before = latest.get(key) ?? Promise.resolve();
    const found = before
      .catch(() => {})
      .then(() => {
        waiting.delete(key);
        return ask(subject, [...ids]);
      })
      .then((there) => new Set(there))
      .finally(() => {
        if (latest.get(key) === found) latest.delete(key);
      });
    latest.set(key, found);
    const joined = { ids, found };
    waiting.set(key, joined);
    return joined;
  }

  return async (subject, id) => {
    const key = keyOf(subject);
    const { ids, found } = waiting.get(key) ?? join(key, subject);
    ids.add(id);
    return (await found).has(id);
  };
}
