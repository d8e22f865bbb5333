import { cutText } from '../lib/cut-text.ts';
import { plainText } from '../lib/plain-text.ts';

/** A text that somebody else has chosen, in one line, not too long, without what is not seen. */
export const oneLine = (text: string, most = 120): string => {
  const line = plainText(text).replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${cutText(line, most - 1)}…`;
};
