/** An id that no other hit has, with its time at its beginning: ms since 1970, until 2527. */
export const hitId = (ms: number): string => `0${ms.toString(16)}.${Math.random()}`;
