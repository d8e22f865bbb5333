/** A UUIDv7 (RFC 9562) of a time (ms since 1970), from nine random bytes. */
export function uuid7(ms: number, random: Uint8Array): string {
  let hex = '';
  for (const byte of random) hex += (byte + 256).toString(16).slice(1);
  const time = ms.toString(16).padStart(12, '0');
  // The version is 7. The two free bits of the variant's digit stay 0.
  return (time + 7 + hex.slice(0, 3) + 8 + hex.slice(3)).replace(
    /(.{8})(.{4})(.{4})(.{4})/,
    '$1-$2-$3-$4-',
  );
}
