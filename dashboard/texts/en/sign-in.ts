/** The page where the owner signs in. */
export const signInTexts = {
  title: 'Sign in',
  key: 'Owner key',
  hint: 'It was printed once, when Daybook first started. Lost it?',
  /** Behind a command. */
  hintAfter: ', in Daybook’s folder, makes another.',
  submit: 'Sign in',
  wrong: 'This is not the owner key. Check that it was copied whole.',
  failed: (status: number) => `Signing in did not work (${status}). Try again in a moment.`,
  unreachable: 'Daybook could not be reached. Try again in a moment.',
  closed: (site: string) =>
    `${site} is not a site that is open to everyone. If it is yours, sign in to see it.`,
};
