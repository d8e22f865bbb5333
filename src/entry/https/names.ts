import { DaybookError } from '../../lib/errors.ts';

/** Of the public DNS: at least two labels; no address, no port, no wildcard. */
const hostName = /^([a-z\d]([a-z\d-]{0,61}[a-z\d])?\.)+[a-z]([a-z\d-]{0,61}[a-z\d])?$/;

/** The names that a certificate is for, with commas between. */
export function hostNamesOf(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  for (const name of names) {
    if (name.length <= 253 && hostName.test(name)) continue;
    const got = JSON.stringify(name);
    throw new DaybookError(
      'bad-input',
      `expected host names such as stats.example.com, got ${got}`,
    );
  }
  return [...new Set(names)];
}

/** Throws where it cannot be an authority's directory. */
export function directoryOf(text: string): void {
  if (URL.canParse(text) && new URL(text).protocol === 'https:') return;
  throw new DaybookError('bad-input', 'expected an https URL');
}
