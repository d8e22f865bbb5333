/**
 * Milliseconds since 1970, as `Date.now`. Time is an argument everywhere, so that tests can set it.
 */
export type Clock = () => number;

export const secondMs = 1_000;

export const minuteMs = 60 * secondMs;

export const hourMs = 60 * minuteMs;

export const dayMs = 24 * hourMs;

/** A length of time as texts name it, in two digits: `30`, `1.5`. */
export const inSeconds = (ms: number) => String(Number((ms / secondMs).toPrecision(2)));
