/**
 * A line of an access log in the common or the combined format. Escapes stand as they were written.
 */
export type LogLine = {
  /** Of the client: an address, or a host name where the server looked it up. */
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
  `^(\\S+) \\S+ [^[]*\\[([^\\]]{20,30})\\] ${quoted} ` +
    `(\\d{3}) (\\d+|-)(?: ${quoted} ${quoted}(?: .*)?)?$`,
);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Reads lines; remembers the last minute, since most lines share it with the one before. */
export function lineReader(): (line: string) => LogLine | undefined {
  let minuteText = '';
  let minuteMs: number | undefined;

  return (line) => {
    const found = format.exec(line);
    if (found === null) return undefined;
    const timeText = found[2]!;
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
      request: found[3]!,
      status: found[4]!,
      bytes: found[5]!,
      referrer: found[6] ?? '',
      userAgent: found[7] ?? '',
    };
  };
}

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
