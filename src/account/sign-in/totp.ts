import { createHmac, timingSafeEqual } from 'node:crypto';
import { secondMs } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';

/** One-time passwords by time, RFC 6238, as every authenticator makes them: SHA-1, six digits. */
const stepMs = 30 * secondMs;

const digits = 6;

/** Steps that a clock may be off. */
const drift = 1;

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 160 random bits, as long as the hash, in Base32. */
export const newTotpSecret = (random: Random): string => base32(random(20));

export const isTotpSecret = (text: string) => /^[A-Z2-7]{32}$/.test(text);

/** What a QR code shows to an authenticator. */
export function totpUri(secret: string, { name, issuer }: { name: string; issuer: string }) {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(name)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}`;
}

/** The URI as a QR code, in SVG. */
export async function qrCode(uri: string): Promise<string> {
  const { renderSVG } = await import('uqr');
  return renderSVG(uri, { pixelSize: 1, border: 4 });
}

/**
 * The step that a code is of, or undefined for a wrong one. `lastStep`: the one of the last code
 * that was taken; no code is taken twice, and none from before it.
 */
export function stepOf(
  secret: string,
  code: string,
  { nowMs, lastStep }: { readonly nowMs: number; readonly lastStep: number },
): number | undefined {
  const plain = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(plain)) return undefined;
  const now = Math.floor(nowMs / stepMs);
  let found: number | undefined;
  for (let step = now - drift; step <= now + drift; step++)
    if (timingSafeEqual(Buffer.from(codeAt(secret, step)), Buffer.from(plain)) && step > lastStep)
      found ??= step;
  return found;
}

/** The code of a step; RFC 4226 says how the digits are cut out of the hash. */
export function codeAt(secret: string, step: number, length = digits): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const number = hash.readUInt32BE(hash[19]! & 0xf) & 0x7fffffff;
  return String(number % 10 ** length).padStart(length, '0');
}

export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => letters[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

function fromBase32(text: string): Buffer {
  const bits = [...text].map((one) => letters.indexOf(one).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}
