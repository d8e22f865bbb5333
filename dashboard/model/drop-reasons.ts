import type { LoggedReason } from '../../src/collect/drop-log.ts';
import { dropTexts } from '../texts/texts.ts';

/** Why a hit was not counted, and what to do about it. */
export const explainDrop = (reason: string): { readonly title: string; readonly words: string } =>
  Object.hasOwn(dropTexts, reason)
    ? dropTexts[reason as LoggedReason]
    : { title: reason, words: '' };
