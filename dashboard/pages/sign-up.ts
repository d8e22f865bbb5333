import { base } from '../api/base.ts';
import type { ShownRights } from '../model/rights.ts';
import { wordsOfRights } from '../people/role-words.ts';
import { signUpTexts } from '../texts/texts.ts';
import { byId, onSend, post, refuse, show, wordsOf } from './forms.ts';

/** The link stays in the address until it is used: a page that is loaded again still works. */
const token = location.hash.slice(1);
const email = byId<HTMLInputElement>('email');
const name = byId<HTMLInputElement>('name');
const password = byId<HTMLInputElement>('password');

type Kind = 'setup' | 'invite' | 'reset';

async function open(): Promise<void> {
  const answer = await post('/api/session/invitation', { token });
  const isGone = answer.status === 404 || answer.status === 400;
  if (!answer.ok)
    return isGone
      ? explain(signUpTexts.ended, signUpTexts.askForAnother)
      : explain(wordsOf(answer), '');
  const {
    kind,
    email: meant,
    rights,
  } = answer.data as {
    readonly kind: Kind;
    readonly email: string | null;
    readonly rights: ShownRights;
  };
  const [title, words] = signUpTexts[kind];
  entitle(title, typeof words === 'string' ? words : words(wordsOfRights(rights)));
  email.value = meant ?? '';
  if (kind === 'reset') askForPasswordAlone();
  show('form', true);
  (kind === 'reset' ? password : name).focus();
  onSend(byId<HTMLFormElement>('form'), () => signUp(kind));
}

/** The e-mail address stays, so that a password manager knows whose password it is. */
function askForPasswordAlone(): void {
  show('name-field', false);
  name.required = false;
  email.readOnly = true;
  byId('button').textContent = signUpTexts.submitReset;
}

async function signUp(kind: Kind): Promise<void> {
  const who = kind === 'reset' ? {} : { name: name.value.trim(), email: email.value.trim() };
  const answer = await post('/api/session/sign-up', { token, password: password.value, ...who });
  // Who has a second step signs in with it.
  if (answer.ok)
    return location.replace(base + (answer.data['signedIn'] === true ? '/' : '/sign-in'));
  if (answer.status === 404) return explain(signUpTexts.ended, signUpTexts.askForAnother);
  const { field } = answer.data;
  refuse(field === 'name' || field === 'email' ? field : 'password', wordsOf(answer));
}

function entitle(title: string, words: string): void {
  byId('title').textContent = title;
  byId('why').textContent = words;
  show('why', words !== '');
}

function explain(title: string, words: string): void {
  show('form', false);
  entitle(title, words);
  show('to-sign-in', true);
}

addEventListener('hashchange', () => location.reload());
void open();
