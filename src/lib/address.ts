/**
 * An address as eight 16-bit groups. IPv4 stands as IPv4-mapped IPv6 (`::ffff:a.b.c.d`), so that
 * both spellings of one address are one address everywhere.
 */
export type AddressGroups = readonly number[];

/**
 * One spelling for each address: IPv4 dotted, also where it came mapped into IPv6; IPv6 lower case
 * and compressed as RFC 5952 says, without a zone. Brackets, a port and blanks around are dropped.
 * `undefined` for anything else.
 */
export function canonicalAddress(ip: string): string | undefined {
  const groups = addressGroups(ip);
  return groups && formatGroups(groups);
}

/** The groups of an address, in any spelling that `canonicalAddress` takes. */
export function addressGroups(ip: string): AddressGroups | undefined {
  const text = bare(ip);
  if (text.includes(':')) return ipv6Groups(text);
  const bits = ipv4Bits(text);
  return bits === undefined
    ? undefined
    : [0, 0, 0, 0, 0, 0xffff, Math.floor(bits / 0x10000), bits % 0x10000];
}

export function isIpv4(groups: AddressGroups): boolean {
  return groups[5] === 0xffff && !groups[4] && !groups[3] && !groups[2] && !groups[1] && !groups[0];
}

/** The canonical spelling. */
export function formatGroups(groups: AddressGroups): string {
  if (isIpv4(groups)) {
    const [high, low] = [groups[6]!, groups[7]!];
    return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
  }
  // The longest run of zero groups, the first of equals, and only from two groups on, becomes `::`.
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [start, length] = [i, end - i];
    if (end > i) i = end;
  }
  let text = '';
  for (let i = 0; i < 8; i++) {
    if (i === start) {
      text += '::';
      i += length - 1;
    } else {
      text +=
        i === 0 || i === start + length ? groups[i]!.toString(16) : `:${groups[i]!.toString(16)}`;
    }
  }
  return text;
}

/** Without blanks, brackets, port and zone; '' where brackets or port are not as they should be. */
function bare(ip: string): string {
  let text = ip.trim();
  const colon = text.indexOf(':');
  if (colon < 0) return text;
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    if (end < colon || !/^(?::\d{1,5})?$/.test(text.slice(end + 1))) return '';
    text = text.slice(1, end);
  } else if (colon === text.lastIndexOf(':')) {
    return /^\d{1,5}$/.test(text.slice(colon + 1)) ? text.slice(0, colon) : '';
  }
  const zone = text.indexOf('%');
  return zone > 0 ? text.slice(0, zone) : text;
}

const dot = 0x2e;

const colonSign = 0x3a;

const zero = 0x30;

/** The 32 bits of a dotted address. A leading zero is refused: some readers take it for octal. */
function ipv4Bits(text: string): number | undefined {
  if (text.length > 15) return undefined;
  let bits = 0;
  let octet = -1;
  let octets = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : dot;
    if (code === dot) {
      if (octet < 0 || ++octets > 4) return undefined;
      bits = bits * 256 + octet;
      octet = -1;
    } else {
      const digit = code - zero;
      if (digit < 0 || digit > 9 || octet === 0) return undefined;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return undefined;
    }
  }
  return octets === 4 ? bits : undefined;
}

function ipv6Groups(text: string): AddressGroups | undefined {
  if (text.length > 45) return undefined;
  const groups: number[] = [];
  /** How many groups stand before `::`; -1 where there is none. */
  let before = -1;
  let at = 0;
  if (text.startsWith('::')) {
    before = 0;
    at = 2;
  }
  while (at < text.length) {
    const start = at;
    let group = 0;
    let digit = hexDigit(text.charCodeAt(at));
    while (digit >= 0) {
      group = group * 16 + digit;
      digit = hexDigit(text.charCodeAt(++at));
    }
    if (text.charCodeAt(at) === dot) {
      const bits = ipv4Bits(text.slice(start));
      if (bits === undefined) return undefined;
      groups.push(Math.floor(bits / 0x10000), bits % 0x10000);
      break;
    }
    if (at === start || at - start > 4 || groups.length === 8) return undefined;
    groups.push(group);
    if (at === text.length) break;
    if (text.charCodeAt(at++) !== colonSign) return undefined;
    if (text.charCodeAt(at) === colonSign) {
      if (before >= 0) return undefined;
      before = groups.length;
      at++;
    } else if (at === text.length) return undefined;
  }
  const missing = 8 - groups.length;
  if (before < 0 ? missing !== 0 : missing < 1) return undefined;
  for (let i = 0; i < missing; i++) groups.splice(before, 0, 0);
  return groups;
}

/** The value of a hexadecimal digit, -1 for anything else, the end of the text too. */
function hexDigit(code: number): number {
  if (code >= zero && code <= 0x39) return code - zero;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
