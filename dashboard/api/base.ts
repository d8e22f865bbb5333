/** The path below which this Daybook is, such as `/stats`; mostly none. The server writes it. */
export const base = globalThis.document?.documentElement.dataset['base'] ?? '';
