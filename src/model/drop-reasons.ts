/** Why a hit was not kept: a closed list, counted per site-day and named in `x-daybook-dropped`. */
export const dropReasons = [
  'invalid',
  'unknown-site',
  'bot',
  'identify',
  'performance',
  'opted-out',
  'excluded-ip',
  'excluded-page',
  'hostname',
  'excluded-country',
  'excluded-network',
  'spam-referrer',
  'too-late',
  'too-old',
] as const;

export type DropReason = (typeof dropReasons)[number];
