import { base } from '../api/base.ts';
import { signFormTexts, signInTexts } from '../texts/texts.ts';
import { type Answered, byId, forgive, onSend, post, refuse, show, wordsOf } from './forms.ts';
import { keyOf, nextPage, siteOf } from './next-page.ts';
import { hasPasskeys, usePasskey } from './passkeys.ts';

const asked = new URLSearchParams(location.search);
const next = nextPage(asked.get('next'), location.origin);
const form = byId<HTMLFormElement>('form');
const keyForm = byId<HTMLFormElement>('key-form');
const email = byId<HTMLInputElement>('email');
const password = byId<HTMLInputElement>('password');
const code = byId<HTMLInputElement>('code');
const key = byId<HTMLInputElement>('key');

onSend(form, async () => {
  const wanted = { email: email.value.trim(), password: password.value };
  const asksCode = !byId('code-field').hidden;
  const sent = { ...wanted, ...(asksCode && { code: code.value.trim() }) };
  const answer = await post('/api/session/password', sent);
  if (answer.ok) return goOn();
  if (answer.status !== 401) return refuse('password', wordsOf(answer));
  if (answer.data['field'] === 'code') return askForCode(asksCode);
  askForNoCode();
  refuse('password', signInTexts.wrongPassword);
});

function askForCode(wasWrong: boolean): void {
  show('code-field', true);
  code.required = true;
  if (wasWrong) refuse('code', signInTexts.wrongCode);
  else code.focus();
}

function askForNoCode(): void {
  show('code-field', false);
  code.required = false;
  code.value = '';
}

// Another account may have no second step.
email.addEventListener('input', askForNoCode);

onSend(keyForm, signInByKey);

async function signInByKey(): Promise<void> {
  const answer = await post('/api/session', { key: key.value.trim() });
  if (answer.ok) return goOn();
  refuse('key', answer.status === 401 ? signInTexts.wrongKey : wordsOf(answer));
}

const goOn = () => location.replace(next);

byId('passkey').addEventListener('click', () => void signInByPasskey());

async function signInByPasskey(): Promise<void> {
  forgive(form);
  byId('ways-problem').textContent = '';
  const options = await post('/api/session/passkey/options', {});
  const credential = options.ok
    ? await usePasskey(options.data['options'] as Answered['data'])
    : undefined;
  if (options.ok && credential === undefined) return sayBelow(signInTexts.noPasskey);
  const answer = options.ok ? await post('/api/session/passkey', { credential }) : options;
  if (answer.ok) return goOn();
  sayBelow(wordsOf(answer));
}

function sayBelow(problem: string): void {
  byId('ways-problem').textContent = problem;
}

/** Either form alone, so that a password manager knows which it fills. */
function chooseWay(isKey: boolean): void {
  show('form', !isKey);
  show('ways', !isKey);
  show('key-form', isKey);
  byId('other').textContent = isKey ? signInTexts.usePassword : signInTexts.useKey;
  (isKey ? key : email).focus();
}

byId('other').addEventListener('click', () => chooseWay(keyForm.hidden === true));

function explainWhy(): void {
  const site = siteOf(asked.get('next'), location.origin);
  if (site === undefined) return;
  byId('why').textContent = signInTexts.closed(site);
  show('why', true);
}

function takeKeyFromAddress(): void {
  const found = keyOf(location.hash);
  if (found === undefined) return;
  // First of all, before anything can fail, the key leaves the address: browsers keep addresses in
  // their history, and others may see them on the screen.
  history.replaceState(null, '', location.pathname + location.search);
  chooseWay(true);
  key.value = found;
  void signInByKey();
}

/** Single sign-on is offered where the owner has chosen a provider. */
async function offerWays(): Promise<void> {
  show('passkey', hasPasskeys());
  sayBelow(signInTexts.openIdProblems[asked.get('openid') ?? ''] ?? '');
  const session = await fetch(`${base}/api/session`).catch(() => undefined);
  const { hasOpenId } = (await session?.json().catch(() => ({}))) ?? {};
  if (hasOpenId !== true) return;
  const { pathname, search } = new URL(next);
  const to = encodeURIComponent(pathname + search);
  byId<HTMLAnchorElement>('openid').href = `${base}/api/session/openid?to=${to}`;
  show('openid', true);
}

explainWhy();
void offerWays().catch(() => sayBelow(signFormTexts.unreachable));
addEventListener('hashchange', takeKeyFromAddress);
takeKeyFromAddress();
if (keyForm.hidden === true) email.focus();
