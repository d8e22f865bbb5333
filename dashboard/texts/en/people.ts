import { plural } from './language.ts';

/** Roles, by the API's names. */
export const roleTexts = {
  names: { viewer: 'Viewer', editor: 'Editor', admin: 'Admin', owner: 'Owner' },
  /** What each may, besides what those before it may. */
  words: {
    viewer: 'Reads reports, visits and what is live.',
    editor: 'Also changes goals, segments and annotations.',
    admin: 'Also changes settings, shares links, and says who may what.',
    owner: 'Also removes the site; of all sites, everything.',
  },
  none: 'None',
  forAll: (role: string) => `${role} of all sites`,
  forSite: (role: string, site: string) => `${role} of ${site}`,
  nothing: 'no role on any site',
  allSites: 'All sites',
};

/** Who may sign in, and those who are invited. */
export const peopleTexts = {
  title: 'People and keys',
  nav: 'People and keys',
  section: 'People',
  words: 'Who may sign in, and what they may do.',
  empty: 'Nobody has an account yet: only the owner key opens this Daybook.',
  you: 'you',
  change: 'Change',
  changeOf: (name: string) => `Change ${name}`,
  roleFor: 'Role for',
  role: 'Role',
  give: 'Set the role',
  given: 'The role is set.',
  invite: 'Invite somebody',
  email: 'Their e-mail address, if you like',
  emailHelp: 'It is filled in for them. Nothing is sent: you give them the link.',
  inviteSubmit: 'Make the link',
  inviteLink: 'Link for signing up',
  inviteMade: 'It is shown this once. Who opens it within 7 days signs up; then it is used up.',
  open: 'Invitations that are open',
  noneOpen: 'There is none.',
  kinds: { setup: 'First owner', invite: 'Invitation', reset: 'New password' },
  forEmail: (email: string) => `for ${email}`,
  until: (time: string) => `until ${time}`,
  takeBack: 'End',
  reset: 'Make a link for a new password',
  resetLink: 'Link for a new password',
  resetMade: 'It is shown this once, and good once, for 7 days.',
  remove: 'Remove',
  sureToRemove: (name: string) =>
    `${name} is signed out at once, and cannot sign in any more. What they made stays.`,
  removeReally: (name: string) => `Remove ${name}`,
  keep: 'Keep',
  ways: {
    password: 'password',
    totp: 'second step',
    passkeys: (count: number) => `${count} ${plural(count, { one: 'passkey', other: 'passkeys' })}`,
    openId: 'single sign-on',
  },
};

/** Keys for programs. */
export const keySettingTexts = {
  section: 'Keys',
  words:
    'For programs: each may do one thing, and is ended alone. The owner key is not among them.',
  empty: 'There is none yet.',
  scopes: {
    write: ['Send hits', 'sends hits as a server does, and reads nothing'],
    read: ['Read', 'reads what a viewer may'],
    manage: ['Manage', 'does what an admin may'],
    all: ['Everything', 'does all of it, and sends hits'],
  },
  forSite: (site: string) => `on ${site}`,
  goneSite: 'on a site that is gone',
  everywhere: 'on all sites',
  used: (time: string) => `last used ${time}`,
  neverUsed: 'never used',
  ends: (time: string) => `ends ${time}`,
  ended: (time: string) => `ended ${time}`,
  end: 'End',
  endOf: (name: string) => `End ${name}`,
  sureToEnd: 'What uses it is refused from the next request on.',
  make: 'Make a key',
  name: 'Name',
  nameExample: 'What it is for',
  scope: 'It may',
  site: 'On',
  expires: 'Until',
  never: 'it is ended',
  days: (days: number) => `${days} days from now`,
  year: 'a year from now',
  submit: 'Make the key',
  key: 'Key',
  made: 'It is shown this once. Keep it where only your program reads it.',
};
