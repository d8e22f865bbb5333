export type { Hit } from './fields.ts';

/**
 * The visitor of rows that a robot sent. They are kept and given back, but belong to no visit: no
 * report counts them. Only the deploy dialect keeps such rows.
 */
export const robotVisitor = '0000000000000000';
