import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

type Theme = Readonly<Record<string, string>>;

const css = readFileSync(new URL('./base.css', import.meta.url), 'utf8');
const themes: Readonly<Record<string, Theme>> = {
  light: read(css.slice(0, css.indexOf('@media'))),
  dark: read(css.slice(css.indexOf('@media'), css.indexOf('prefers-reduced-motion'))),
};

/** Text and its background: WCAG requires 4.5:1. */
const texts = [
  ['ink', 'paper'],
  ['ink', 'sheet'],
  ['ink', 'tint'],
  ['soft', 'paper'],
  ['soft', 'sheet'],
  ['soft', 'tint'],
  ['accent', 'paper'],
  ['accent', 'sheet'],
  ['accent', 'tint'],
  ['good', 'paper'],
  ['bad', 'paper'],
  ['on-accent', 'accent'],
] as const;
/** Lines that must be visible: 3:1. */
const lines = [
  ['accent', 'paper'],
  ['second', 'paper'],
  ['edge', 'paper'],
  ['edge', 'sheet'],
] as const;

for (const [name, theme] of Object.entries(themes)) {
  test.each(texts)(`${name}: %s on %s can be read`, (text, ground) => {
    expect(contrast(theme[text]!, theme[ground]!)).toBeGreaterThanOrEqual(4.5);
  });
  test.each(lines)(`${name}: %s on %s can be seen`, (line, ground) => {
    expect(contrast(theme[line]!, theme[ground]!)).toBeGreaterThanOrEqual(3);
  });
}

function read(text: string): Theme {
  return Object.fromEntries(
    [...text.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  );
}

/** The contrast ratio as WCAG 2.2 defines it, 1.4.3. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
