/** Texts that wait to be sent, bounded by their number and by the characters they have together. */
export type Queue = {
  /** False where there is no room: then it is not taken. */
  add(text: string): boolean;
  /** The first ones, at most so many, and so many bytes; at least one. They stay until `remove`. */
  first(most: number, mostBytes: number): readonly string[];
  remove(count: number): void;
  size(): number;
};

export function openQueue(most: number, mostChars: number): Queue {
  let texts: string[] = [];
  let chars = 0;
  /** How many at the start were removed: to shift a long list each time would take long. */
  let removed = 0;

  return {
    add(text) {
      if (texts.length - removed >= most || chars + text.length > mostChars) return false;
      texts.push(text);
      chars += text.length;
      return true;
    },
    first(count, mostBytes) {
      const taken: string[] = [];
      let bytes = 0;
      for (const text of texts.slice(removed, removed + count)) {
        bytes += byteLength(text) + 1;
        if (taken.length > 0 && bytes > mostBytes) break;
        taken.push(text);
      }
      return taken;
    },
    remove(count) {
      for (let i = removed; i < removed + count; i++) chars -= texts[i]!.length;
      removed += count;
      if (removed < 1_000 && removed < texts.length) return;
      texts = texts.slice(removed);
      removed = 0;
    },
    size: () => texts.length - removed,
  };
}

const encoder = new TextEncoder();

/** In UTF-8. */
export const byteLength = (text: string): number => encoder.encode(text).length;
