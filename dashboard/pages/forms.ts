import { base } from '../api/base.ts';
import { signFormTexts } from '../texts/texts.ts';

/** What the server has answered; `status` is 0 where nothing came. */
export type Answered = {
  readonly ok: boolean;
  readonly status: number;
  readonly data: Readonly<Record<string, unknown>>;
  readonly retryAfterS: number;
};

export async function post(path: string, body: unknown): Promise<Answered> {
  try {
    const answer = await fetch(base + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { ok, status, headers } = answer;
    const data = (await answer.json().catch(() => ({}))) as Answered['data'];
    return { ok, status, data, retryAfterS: Number(headers.get('retry-after') ?? 0) };
  } catch {
    return { ok: false, status: 0, data: {}, retryAfterS: 0 };
  }
}

export const byId = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

export const show = (id: string, isShown: boolean): void => {
  byId(id).hidden = !isShown;
};

/** What went wrong, where it was not a field that was refused. */
export function wordsOf({ status, data, retryAfterS }: Answered): string {
  if (status === 0) return signFormTexts.unreachable;
  if (status === 429) return signFormTexts.tooMany(Math.max(1, Math.ceil(retryAfterS / 60)));
  const { error } = data;
  return typeof error === 'string' && status < 500 ? error : signFormTexts.failed(status);
}

/** Says what was wrong beside a field (`ID-problem`), and goes there. */
export function refuse(id: string, problem: string): void {
  const input = byId<HTMLInputElement>(id);
  byId(`${id}-problem`).textContent = problem;
  input.setAttribute('aria-invalid', 'true');
  input.focus();
  input.select();
}

/** Takes back what was said about the last try. */
export function forgive(form: HTMLFormElement): void {
  for (const one of form.querySelectorAll('[role="alert"]')) one.textContent = '';
  for (const one of form.querySelectorAll('input')) one.removeAttribute('aria-invalid');
}

/** Calls `work` when a form is sent; meanwhile it cannot be sent again. */
export function onSend(form: HTMLFormElement, work: () => Promise<void>): void {
  const button = form.querySelector('button')!;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    forgive(form);
    button.disabled = true;
    void work().finally(() => {
      button.disabled = false;
    });
  });
}
