/**
 * A UUIDv7 (RFC 9562) of a time: ms since 1970, from 2004 to 2527. The two free bits of the
 * variant's digit stay 0.
 */
export function uuid7(ms: number): string {
  return `0${ms.toString(16)}-7xxx-8xxx-xxxxxxxxxxxx`
    .replace(/^.{8}/, '$&-')
    .replace(/x/g, () => ((Math.random() * 16) | 0).toString(16));
}
