/** Rows of a result where nothing is said, and the most that can be asked for. */
export const usualSqlRows = 10_000;

export const mostSqlRows = 100_000;

export const mostSqlBytes = 64 * 1024 ** 2;
