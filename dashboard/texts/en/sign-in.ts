/** What the pages of signing in and of signing up both say. */
export const signFormTexts = {
  email: 'E-mail',
  password: 'Password',
  failed: (status: number) => `This did not work (${status}). Try again in a moment.`,
  tooMany: (minutes: number) => `That was too many tries. Try again in ${minutes} min.`,
  unreachable: 'Daybook could not be reached. Try again in a moment.',
};

/** The page where people sign in, or who has the owner key. */
export const signInTexts = {
  title: 'Sign in',
  code: 'Code',
  codeHelp: 'The six digits that your authenticator shows now, or one of your recovery codes.',
  submit: 'Sign in',
  wrongPassword: 'This is not the e-mail and password of anybody here.',
  wrongCode: 'This is not the code, or it was used already. The next one comes within 30 seconds.',
  passkey: 'Use a passkey',
  noPasskey: 'No passkey was used.',
  openId: 'Use single sign-on',
  openIdProblems: {
    'not-signed-in': 'Single sign-on was not finished. Try it again.',
    'not-allowed': 'Nobody has invited you to this Daybook, and no group of yours may use it.',
    unavailable: 'The provider of single sign-on does not answer as it should.',
  } as Readonly<Record<string, string>>,
  first: 'Not signed up yet? Open the link that Daybook’s first start printed, or an invitation’s.',
  useKey: 'Use the owner key',
  usePassword: 'Use e-mail and password',
  key: 'Owner key',
  hint: 'It was printed once, when Daybook first started. Lost it?',
  /** Behind a command. */
  hintAfter: ', in Daybook’s folder, makes another.',
  wrongKey: 'This is not the owner key. Check that it was copied whole.',
  closed: (site: string) =>
    `${site} is not a site that is open to everyone. If it is yours, sign in to see it.`,
};

/** The page that a link to sign up, or for a new password, leads to. */
export const signUpTexts = {
  loading: 'One moment.',
  setup: ['Set up Daybook', 'You become its first owner.'],
  invite: ['Sign up', (role: string) => `You were invited: ${role}.`],
  reset: ['Set a new password', 'You are signed out everywhere else by it.'],
  name: 'Name',
  passwordHelp: '10 characters or more. Several words are easy to remember.',
  submit: 'Sign up',
  submitReset: 'Set the password',
  ended: 'This link was used, or has run out',
  askForAnother: 'Ask who gave it to you for another.',
  toSignIn: 'Sign in',
} as const;
