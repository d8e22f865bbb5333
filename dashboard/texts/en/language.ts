import { pluralOf } from '../plural.ts';

/** The language's name for browsers. */
export const language = 'en';

/** What `Intl` writes by: with `en` alone the month would stand before the day. */
export const intl = { dates: 'en-GB', numbers: 'en', names: 'en' };

export const plural = pluralOf(language);
