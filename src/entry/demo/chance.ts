/** Choices with how often each is made, in any unit. */
export type Weighted<T> = readonly (readonly [choice: T, weight: number])[];

/** Numbers that look random and are the same for the same seed. */
export type Chance = {
  /** From 0 up to, not including, 1. */
  next(): number;
  /** From `from` up to, not including, `to`. */
  between(from: number, to: number): number;
  /** True that often, 0 to 1. */
  happens(share: number): boolean;
  pick<T>(choices: Weighted<T>): T;
  /** Hex digits. */
  hex(digits: number): string;
};

/** Their sums, which are asked for again and again. */
const sums = new WeakMap<Weighted<unknown>, number>();

function sumOf(choices: Weighted<unknown>): number {
  const known = sums.get(choices);
  if (known !== undefined) return known;
  const sum = choices.reduce((sum, [, weight]) => sum + weight, 0);
  sums.set(choices, sum);
  return sum;
}

/** SplitMix32: small and good enough for a story. */
export function seeded(seed: number): Chance {
  let state = seed | 0;

  function next(): number {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296;
  }

  function hex(digits: number): string {
    let text = '';
    while (text.length < digits)
      text += Math.floor(next() * 65_536)
        .toString(16)
        .padStart(4, '0');
    return text.slice(0, digits);
  }

  return {
    next,
    between: (from, to) => from + next() * (to - from),
    happens: (share) => next() < share,
    pick(choices) {
      let at = next() * sumOf(choices);
      for (const [choice, weight] of choices) {
        at -= weight;
        if (at < 0) return choice;
      }
      return choices[choices.length - 1]![0];
    },
    hex,
  };
}
