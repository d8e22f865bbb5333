import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { keptTexts } from '../texts/texts.ts';

/** What a site has a list of, which is read, added to and removed from. */
export type Kept<T> = {
  readonly items: readonly T[] | undefined;
  readonly problem: ApiError | undefined;
  /** Changes something, and reads the list again. Gives whether that went well. */
  change(work: () => Promise<unknown>): Promise<boolean>;
};

export function useKept<T>(read: () => Promise<readonly T[]>): Kept<T> {
  const [items, setItems] = useState<readonly T[] | undefined>();
  const [problem, setProblem] = useState<ApiError | undefined>();
  useEffect(() => {
    read().then(setItems, setProblem);
  }, []);
  return {
    items,
    problem,
    async change(work) {
      try {
        await work();
        setItems(await read());
        setProblem(undefined);
        return true;
      } catch (error) {
        setProblem(error as ApiError);
        return false;
      }
    },
  };
}

type Props<T> = {
  readonly kept: Kept<T>;
  readonly empty: string;
  readonly name: (item: T) => string;
  readonly words: (item: T) => ComponentChildren;
  readonly remove: (item: T) => Promise<unknown>;
  /** What its button says, where it does not remove. */
  readonly action?: string;
};

/** The list; each of it can be removed. */
export function KeptList<T extends { readonly id: string }>(props: Props<T>) {
  const { kept, empty, name, words, remove, action = keptTexts.remove } = props;
  return (
    <>
      <p class="bad" role="alert">
        {kept.problem?.message}
      </p>
      {kept.items?.length === 0 && <p class="soft">{empty}</p>}
      <ul class="kept">
        {kept.items?.map((item) => (
          <li key={item.id}>
            <span>
              <strong>{name(item)}</strong> <span class="soft">{words(item)}</span>
            </span>
            <button
              type="button"
              class="plain soft"
              aria-label={keptTexts.act(action, name(item))}
              onClick={() => void kept.change(() => remove(item))}
            >
              {action}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
