/** One's own account. */
export const accountTexts = {
  section: 'My account',
  words: 'Who you are here, and how you sign in.',
  name: 'Name',
  email: 'E-mail',
  save: 'Save',
  saved: 'Saved.',
  sessions: 'Where you are signed in',
  unknownClient: 'A program',
  thisOne: 'this one',
  began: (time: string) => `since ${time}`,
  seen: (time: string) => `last seen ${time}`,
  end: 'End',
  endOf: (client: string) => `End ${client}`,
};
