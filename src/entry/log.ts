import { type Logger, pino } from 'pino';
import { plainText } from '../lib/plain-text.ts';

/**
 * A log of JSON lines on stderr or stdout (2 or 1), as many as `DAYBOOK_LOG` says. Whatever texts
 * are in it, it can be read on a terminal.
 */
export function openLog(env: NodeJS.ProcessEnv, dest: 1 | 2, base?: null): Logger {
  const out = pino.destination({ dest, sync: true });
  return pino(
    { level: env['DAYBOOK_LOG'] ?? 'info', ...(base === null && { base }) },
    { write: (line: string) => void out.write(plainText(line)) },
  );
}
