/**
 * A time zone in which it is about noon now. What a site in it counts today stays today's: tests
 * with the real clock must not fall where a day ends meanwhile.
 */
export function noonZone(): string {
  const ahead = 12 - new Date().getUTCHours();
  // The signs of these names are the other way round.
  return ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
}
