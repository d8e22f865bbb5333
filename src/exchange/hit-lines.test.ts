import { describe, expect, test } from 'vitest';
import { readHitLine } from './hit-lines.ts';

const line = {
  ...{
    day: '2026-11-22',
    visit: 0,
    time: '2026-11-22T10:00:00.250Z',
    id: '00000000000000ff',
    visitor: 'ffffffffffffffff',
  },
  ...{
    name: 'pageview',
    hostname: null,
    page: '/a',
    interactive: true,
    scroll_depth: 50,
    engaged_ms: 900,
  },
  ...{
    channel: 'Direct',
    props: null,
    currency: null,
    amount: null,
    sent: null,
    delay_ms: 40,
    utc_offset: 3600,
  },
};
const read = (more: object) => readHitLine(JSON.stringify({ ...line, ...more }), 'file, line 7');

describe('a line of an export', () => {
  test('is the hit as it was stored', () => {
    const { hit, ...rest } = read({
      utm_source: 'x',
      currency: 'EUR',
      amount: 1.5,
      sent: '{"a":[1]}',
    });
    expect(rest).toEqual({ day: '2026-11-22', receivedAtMs: Date.parse(line.time) + 40 });
    expect(JSON.parse(JSON.stringify(hit))).toEqual({
      ...{
        id: line.id,
        time: Date.parse(line.time),
        name: 'pageview',
        visitor: line.visitor,
        hostname: '',
        page: '/a',
      },
      ...{
        channel: 'Direct',
        utmSource: 'x',
        revenue: { currency: 'EUR', amount: 1.5 },
        sent: { a: [1] },
      },
    });
  });

  test('of an engagement has what is its own', () => {
    expect(read({ name: 'engagement' }).hit).toMatchObject({ scrollDepth: 50, engagedMs: 900 });
    expect(read({}).hit.scrollDepth).toBeUndefined();
  });

  test.each([
    [{ id: 'ff' }, 'id: expected 16 hex digits, got "ff"'],
    [{ visitor: 7 }, 'visitor: expected 16 hex digits, got 7'],
    [{ time: 'soon' }, 'time: expected an ISO 8601 time, got "soon"'],
    [{ name: '' }, 'name: expected a text, got ""'],
    [{ page: undefined }, 'page: expected a text, got nothing'],
    [{ interactive: null }, 'interactive: expected true or false, got null'],
    [{ delay_ms: 0.5 }, 'delay_ms: expected a whole number, got 0.5'],
    [{ country: 49 }, 'country: expected a text, got 49'],
    [{ amount: '1' }, 'amount: expected a number, got "1"'],
    [{ day: '2026-02-30' }, 'day: expected a day such as 2026-11-22, got "2026-02-30"'],
    [{ sent: '{' }, 'sent: expected the text of a JSON object, got "{"'],
    [{ sent: '[1]' }, 'sent: expected the text of a JSON object, got "[1]"'],
    [{ sent: 7 }, 'sent: expected the text of a JSON object, got 7'],
    [{ props: ['a'] }, 'props: expected texts by name, got ["a"]'],
    [{ props: { a: 1 } }, 'props: expected texts by name, got {"a":1}'],
  ])('that has %j is refused', (more, problem) => {
    expect(() => read(more)).toThrow(`file, line 7: ${problem}`);
  });

  test.each(['', 'x', '[1]', 'null', '7'])('is no hit: %s', (text) => {
    expect(() => readHitLine(text, 'file, line 7')).toThrow(/^file, line 7: /);
  });
});
