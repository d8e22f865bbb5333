/** Partitions of a site-day at the most. */
export const mostShards = 256;
