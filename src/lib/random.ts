/**
 * Gives that many random bytes; `crypto.randomBytes` in the program, anything repeatable in tests.
 */
export type Random = (bytes: number) => Buffer;
