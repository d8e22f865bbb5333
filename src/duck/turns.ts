/**
 * At most so many at once, in order of asking. `take` resolves when it is one's turn; what it gives
 * ends the turn.
 */
export type Turns = { take(): Promise<() => void> };

export function openTurns(count: number): Turns {
  const waiting: (() => void)[] = [];
  let free = count;
  const release = () => {
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    async take() {
      if (free > 0) free--;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let released = false;
      return () => {
        if (!released) release();
        released = true;
      };
    },
  };
}
