/** What an image says; null where the number is hidden. */
export type Drawn = { readonly label: string; readonly count: number | null };

/**
 * Images in other people's pages. They bring their own ground, by the system's theme: nobody knows
 * what they stand on.
 */
const style = `<style>
    .ground{fill:#fff;stroke:#e7e2d6}.strong{fill:#0f6b5c}.label{fill:#1d1c1a}
    .on{fill:#fff}.mark{fill:#6d685e}text.on,text.strong{font-weight:600}
    @media (prefers-color-scheme:dark){.ground{fill:#1a1d22;stroke:#2b2f36}.strong{fill:#63c7b0}
    .label{fill:#ece8df}.on{fill:#14161a}.mark{fill:#a6a196}}
    text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
  </style>`;

/** A line: `visitors in 30 days 1,234`. */
export function badgeSvg({ label, count }: Drawn): string {
  const value = shown(count);
  const [left, right] = [widthOf(label, 11) + 16, widthOf(value, 11) + 16];
  const width = left + right;
  return svg({ width, height: 22, title: `${label}: ${value}` }, [
    `<rect class="ground" x=".5" y=".5" width="${width - 1}" height="21" rx="4"/>`,
    `<path class="strong" d="M${left} 0h${right - 4}a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4H${left}z"/>`,
    line('label', label, { x: left / 2, y: 15, size: 11 }),
    line('on', value, { x: left + right / 2, y: 15, size: 11 }),
  ]);
}

/** A number, and below it what it counts. */
export function counterSvg({ label, count }: Drawn): string {
  const value = shown(count);
  const width = Math.max(widthOf(label, 12), widthOf(value, 28), 84) + 28;
  return svg({ width, height: 74, title: `${label}: ${value}` }, [
    `<rect class="ground" x=".5" y=".5" width="${width - 1}" height="73" rx="6"/>`,
    line('strong', value, { x: width / 2, y: 38, size: 28 }),
    line('mark', label, { x: width / 2, y: 58, size: 12 }),
  ]);
}

const shown = (count: number | null) => (count === null ? '–' : count.toLocaleString('en'));

type Frame = { readonly width: number; readonly height: number; readonly title: string };

function svg({ width, height, title }: Frame, parts: readonly string[]): string {
  const text = escaped(title);
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${text}">
  <title>${text}</title>
  ${[style, ...parts].join('\n  ')}
</svg>
`;
}

type At = { readonly x: number; readonly y: number; readonly size: number };

function line(look: string, text: string, { x, y, size }: At): string {
  const place = `x="${x}" y="${y}" font-size="${size}" text-anchor="middle"`;
  return `<text class="${look}" ${place}>${escaped(text)}</text>`;
}

/** About as wide as browsers draw it; letters of East Asia are as wide as they are high. */
function widthOf(text: string, size: number): number {
  const ems = [...text].reduce((sum, letter) => sum + emsOf(letter), 0);
  return Math.ceil(ems * size);
}

function emsOf(letter: string): number {
  if (/[\u1100-\uffdc\u{10000}-\u{3ffff}]/u.test(letter)) return 1;
  if (/[ijlI.,:;'|! ]/.test(letter)) return 0.32;
  return /[A-Zmw\d@%&–]/.test(letter) ? 0.68 : 0.57;
}

const escaped = (text: string) =>
  text
    // XML has none of these.
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, ' ')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
