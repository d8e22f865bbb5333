import { signInTexts } from '../texts/texts.ts';
import { keyOf, nextPage, siteOf } from './next-page.ts';

const form = document.querySelector<HTMLFormElement>('#form')!;
const input = document.querySelector<HTMLInputElement>('#key')!;
const button = document.querySelector<HTMLButtonElement>('#button')!;
const message = document.querySelector<HTMLElement>('#message')!;

async function signIn(key: string): Promise<void> {
  message.textContent = '';
  button.disabled = true;
  try {
    const answer = await fetch('/api/session', { method: 'POST', body: JSON.stringify({ key }) });
    if (answer.ok) {
      location.replace(nextPage(new URLSearchParams(location.search).get('next'), location.origin));
      return;
    }
    showProblem(answer.status === 401 ? signInTexts.wrong : signInTexts.failed(answer.status));
  } catch {
    showProblem(signInTexts.unreachable);
  }
  button.disabled = false;
}

function showProblem(text: string): void {
  message.textContent = text;
  input.setAttribute('aria-invalid', 'true');
  input.focus();
  input.select();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void signIn(input.value.trim());
});

function explainWhy(): void {
  const site = siteOf(new URLSearchParams(location.search).get('next'), location.origin);
  if (site === undefined) return;
  const why = document.querySelector<HTMLElement>('#why')!;
  why.textContent = signInTexts.closed(site);
  why.hidden = false;
}

function takeKeyFromAddress(): void {
  const key = keyOf(location.hash);
  if (key === undefined) return;
  // First of all, before anything can fail, the key leaves the address: browsers keep addresses in
  // their history, and others may see them on the screen.
  history.replaceState(null, '', location.pathname + location.search);
  input.value = key;
  void signIn(key);
}

explainWhy();
addEventListener('hashchange', takeKeyFromAddress);
takeKeyFromAddress();
if (input.value === '') input.focus();
