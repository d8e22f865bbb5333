import { type Logger, pino } from 'pino';
import { messageOf } from '../lib/errors.ts';
import { plainText } from '../lib/plain-text.ts';

/**
 * A log of JSON lines on stderr or stdout (2 or 1), as many as `DAYBOOK_LOG` says. Whatever texts
 * are in it, it can be read on a terminal.
 */
export function openLog(env: NodeJS.ProcessEnv, dest: 1 | 2, base?: null): Logger {
  const out = pino.destination({ dest, sync: true });
  return pino(
    {
      level: env['DAYBOOK_LOG'] ?? 'info',
      serializers: { err: errorText },
      ...(base === null && { base }),
    },
    { write: (line: string) => void out.write(plainText(line)) },
  );
}

/**
 * Of an error its kind, its text and where it came from. Libraries put more into theirs: requests,
 * answers, what was sent.
 */
function errorText(error: unknown) {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    ...{ type: name, message, stack },
    ...(code !== undefined && { code }),
    ...(cause !== undefined && { cause: messageOf(cause) }),
  };
}
