/** Where the dot of a country is, or the middle of it; and its outline, where it has a shape. */
export type Country = readonly [x: number, y: number, outline?: string];

export type World = {
  readonly width: number;
  readonly height: number;
  /** By the codes of ISO 3166-1. */
  readonly countries: Readonly<Record<string, Country>>;
  /** Land that is no country's. */
  readonly nobodys: string;
};

export const codes: readonly string[];
export function makeWorld(): World;
