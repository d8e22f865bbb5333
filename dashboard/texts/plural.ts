/** The forms of a word by number; a language has some of them, and `other` always. */
export type Forms = { readonly other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** The form of a word that a number asks for in a language. */
export function pluralOf(language: string): (count: number, forms: Forms) => string {
  const rules = new Intl.PluralRules(language);
  return (count, forms) => forms[rules.select(count)] ?? forms.other;
}
