/** Ids (16 hex digits) in 8 bytes each: a day of a million hits fits in 16 MB. */
export type IdSet = {
  add(id: string): void;
  has(id: string): boolean;
  readonly size: number;
};

/**
 * Open addressing over pairs of 32-bit words, at most half full. The words of an id are its hash:
 * it is one.
 */
export function openIdSet(): IdSet {
  let capacity = 1_024;
  let words = new Uint32Array(2 * capacity);
  let size = 0;
  // The pair 0, 0 marks a free slot; that one id is kept apart.
  let hasZero = false;

  function slotOf(high: number, low: number): number {
    let slot = low & (capacity - 1);
    for (;;) {
      const [a, b] = [words[2 * slot]!, words[2 * slot + 1]!];
      if ((a === high && b === low) || (a === 0 && b === 0)) return slot;
      slot = (slot + 1) & (capacity - 1);
    }
  }

  function put(high: number, low: number): void {
    const slot = slotOf(high, low);
    if (words[2 * slot] === 0 && words[2 * slot + 1] === 0) size++;
    words[2 * slot] = high;
    words[2 * slot + 1] = low;
  }

  function grow(): void {
    const old = words;
    capacity *= 2;
    words = new Uint32Array(2 * capacity);
    size = hasZero ? 1 : 0;
    for (let i = 0; i < old.length; i += 2) {
      if (old[i] !== 0 || old[i + 1] !== 0) put(old[i]!, old[i + 1]!);
    }
  }

  return {
    add(id) {
      const [high, low] = wordsOf(id);
      if (high === 0 && low === 0) {
        if (!hasZero) size++;
        hasZero = true;
        return;
      }
      if (2 * (size + 1) > capacity) grow();
      put(high, low);
    },
    has(id) {
      const [high, low] = wordsOf(id);
      if (high === 0 && low === 0) return hasZero;
      const slot = slotOf(high, low);
      return words[2 * slot] === high && words[2 * slot + 1] === low;
    },
    get size() {
      return size;
    },
  };
}

function wordsOf(id: string): [high: number, low: number] {
  return [Number.parseInt(id.slice(0, 8), 16), Number.parseInt(id.slice(8, 16), 16)];
}
