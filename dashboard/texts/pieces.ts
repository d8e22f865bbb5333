/** A sentence with something in it that is no text, such as a link: its parts, in their order. */
export type Pieces<T> = readonly (string | T)[];
