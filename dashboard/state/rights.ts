import { signal } from '@preact/signals';
import { type Action, mayDo, noRights, type ShownRights } from '../model/rights.ts';

/** Who has signed in; the owner key is nobody in particular. */
export type SignedInPerson = { readonly id: string; readonly name: string; readonly email: string };

export const person = signal<SignedInPerson | undefined>(undefined);

export const rights = signal<ShownRights>(noRights);

/** Whether who looks may do it, on this site where it is done on one. */
export const may = (action: Action, domain?: string): boolean =>
  mayDo(rights.value, action, domain);
