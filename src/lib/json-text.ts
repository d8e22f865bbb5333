/**
 * A text with half a surrogate pair is JSON to JavaScript but not to DuckDB: one such hit must not
 * hide its day.
 */
export function wellFormed(value: string): string {
  if (!/\\ud[89a-f]/i.test(value)) return value;
  const whole = (text: unknown) =>
    typeof text === 'string' ? Buffer.from(text, 'utf8').toString('utf8') : text;
  return JSON.stringify(JSON.parse(value, (_, inner) => whole(inner)));
}
