import { addressGroups } from '../../lib/address.ts';

/**
 * A line of an access log in the common or the combined format. Escapes stand as they were written.
 */
export type LogLine = {
  /** The virtual host, where the line begins with one: lower case, without its port. */
  readonly host?: string;
  /** The client: an address, or a host name where the server looked it up. */
  readonly client: string;
  /** As written, zone and all: `17/May/2015:10:05:03 +0000`. */
  readonly timeText: string;
  readonly timeMs: number;
  /** What stood in the first quotes: `GET /page HTTP/1.1`. */
  readonly request: string;
  readonly status: string;
  readonly bytes: string;
  /** `-` where there was none, '' in the common format. */
  readonly referrer: string;
  /** `-` where there was none, '' in the common format. */
  readonly userAgent: string;
};

const quoted = '"((?:[^"\\\\]|\\\\.)*)"';

/**
 * What follows the agent (servers add fields) does not matter; a line cut within its quotes is no
 * line.
 */
const format = new RegExp(
  `^(\\S+) (\\S+) [^[]*\\[([^\\]]{20,30})\\] ${quoted} ` +
    `(\\d{3}) (\\d+|-)(?: ${quoted} ${quoted}(?: .*)?)?$`,
);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads lines; remembers the last minute, since most lines share it with the one before. */
export function lineReader(): (line: string) => LogLine | undefined {
  let minuteText = '';
  let minuteMs: number | undefined;

  function read(line: string): LogLine | undefined {
    const found = format.exec(line);
    if (found === null || !isClient(found[1]!, found[2]!)) return undefined;
    const timeText = found[3]!;
    const text = timeText.slice(0, 17) + timeText.slice(20);
    if (text !== minuteText) {
      minuteText = text;
      minuteMs = readMinute(text);
    }
    const seconds = timeText.slice(17, 20);
    if (minuteMs === undefined || !/^:[0-6]\d$/.test(seconds)) return undefined;
    return {
      client: found[1]!,
      timeText,
      timeMs: minuteMs + Number(seconds.slice(1)) * 1_000,
      request: found[4]!,
      status: found[5]!,
      bytes: found[6]!,
      referrer: found[7] ?? '',
      userAgent: found[8] ?? '',
    };
  }

  return (line) => {
    if (usual.test(line)) return read(line);
    const { host, text } = withoutPrefixes(line);
    const found = read(text);
    return found === undefined || host === undefined ? found : { ...found, host };
  };
}

/**
 * A name in place of an address counts only if no identity is claimed: else anything that comes
 * before the client would be taken for it.
 */
const isClient = (client: string, identity: string) =>
  identity === '-' || (isAddress(client) && /^[\w@.-]+$/.test(identity) && !isAddress(identity));

/** A line that begins with one address or name, and no identity. Most do. */
const usual = /^[!-+\--~]+ - /;

/** What loggers write before a line: a priority, a time, the machine, the program. */
const syslog = new RegExp(
  /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-\d\d-\d\dT\S+) /.source +
    /\S+ [^\s:[]+(?:\[\d+\])?: /.source,
);

/** The same by RFC 5424. */
const syslog5424 = /^<\d{1,3}>1 \S+ \S+ \S+ \S+ \S+ (?:-|(?:\[[^\]]*\])+) /;

/** `X-Forwarded-For` as it came: the client, then proxies. */
const addressList = /^(?:[^\s,]+, ?)+[^\s,]+(?= )/;

/** A proxy, and the client that it names: `10.0.0.1 [203.0.113.9]`. */
const proxyAndClient = /^\S+ \[([\da-fA-F.:]+)\](?= )/;

/** A virtual host, with or without its port, before the client: `vhost_combined` of Apache. */
const hostFirst = /^([\w.-]+|\[[\da-fA-F:]+\])(:\d{1,5})? (?=(?:[^\s,]+, ?)*([^\s,]+) )/;

/** A line as the formats have it, without what servers and loggers write before it. */
function withoutPrefixes(line: string): { readonly host?: string; readonly text: string } {
  // A byte order mark at the start, and the NULs of a log that was cut while it was written.
  let text = line
    .replace(/^[\0\ufeff ]+/, '')
    .replace(syslog, '')
    .replace(syslog5424, '');
  const [, name, port] = hostFirst.exec(text) ?? [];
  let host: string | undefined;
  if (name !== undefined && (port !== undefined || !isAddress(name))) {
    const rest = text.slice(name.length + (port?.length ?? 0) + 1);
    if (isAddress(firstAddress(rest))) {
      host = name.toLowerCase();
      text = rest;
    }
  }
  text = text.replace(proxyAndClient, (all, client: string) => (isAddress(client) ? client : all));
  const client = addressList.test(text) ? firstAddress(text) : undefined;
  if (client !== undefined && isAddress(client)) text = text.replace(addressList, client);
  return host === undefined ? { text } : { host, text };
}

/** The first address of a list, or the first word. */
function firstAddress(text: string): string {
  const words = (addressList.exec(text)?.[0] ?? /^\S*/.exec(text)![0]).split(/, ?/);
  return words.find(isAddress) ?? words[0]!;
}

const isAddress = (text: string) => addressGroups(text) !== undefined;

/** `17/May/2015:10:05 +0200` in ms; `undefined` for a moment that no calendar has. */
function readMinute(text: string): number | undefined {
  const [, day, name, year, hour, minute, sign, zoneHour, zoneMinute] =
    /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):([01]\d|2[0-3]):([0-5]\d) ([+-])(\d\d)([0-5]\d)$/.exec(
      text,
    ) ?? [];
  const month = months.indexOf(name ?? '');
  if (month < 0) return undefined;
  const localMs = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute));
  if (new Date(localMs).getUTCDate() !== Number(day)) return undefined;
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60_000;
  return sign === '-' ? localMs + offset : localMs - offset;
}

/**
 * A text as it was before the server escaped it for its log (`\"`, `\\`, `\x22`), percent-encoded
 * where it is not plain.
 */
export function unescapeLog(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|(.))/g,
    (_, hex: string | undefined, char: string) => {
      if (hex !== undefined) return `%${hex.toUpperCase()}`;
      return char === '"' ? '%22' : char === '\\' ? '%5C' : `%5C${char}`;
    },
  );
}
