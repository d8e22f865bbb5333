/**
 * What signing in keeps for itself. What a person signs in with stands in the person's row
 * (`../people.ts`).
 *
 *   signin        secret: `own-secret.ts`
 *   signintry     `tries.ts`
 *   signintaken   `challenges.ts`
 */
export const ownPartition = 'signin';

export const triesPartition = 'signintry';

export const takenPartition = 'signintaken';
