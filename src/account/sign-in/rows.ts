/**
 * What a person signs in with besides a password, and what signing in keeps for itself.
 *
 *   signin/<person>   second-step, passkey/<hash of its id>
 *   signin            secret
 *   signintry         tries.ts
 *   signintaken       challenges.ts
 */
export const signInPartition = (personId: string) => `signin/${personId}`;

export const ownPartition = 'signin';

export const triesPartition = 'signintry';

export const takenPartition = 'signintaken';
