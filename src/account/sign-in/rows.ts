/**
 * What a person signs in with besides a password, and what signing in keeps.
 *
 *   signin/<person>   second-step
 *                     passkey/<id>
 *   signin            secret
 */
export const signInPartition = (personId: string) => `signin/${personId}`;

export const ownPartition = 'signin';
