declare module 'punycode/punycode.es6.js' {
  /** A host name in letters; parts that are not in punycode stay as they are. */
  export function toUnicode(host: string): string;
}
