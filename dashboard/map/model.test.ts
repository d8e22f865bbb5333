import { describe, expect, test } from 'vitest';
import { codes, makeWorld } from '../../scripts/world.mjs';
import type { Row, Value } from '../api/types.ts';
import { mapOf, stepFrom } from './model.ts';

const world = makeWorld();
const rowsOf = (...rows: readonly (readonly [string, ...Value[]])[]): Row[] =>
  rows.map(([code, ...metrics]) => ({ dimensions: [code], metrics }));

describe('the world', () => {
  test('has a shape or a dot, within the map, for each of the 249 of ISO 3166-1 and Kosovo', () => {
    expect(codes).toHaveLength(250);
    const { width, height } = world;
    const wrong = codes.filter((code) => {
      const [x, y, outline] = world.countries[code] ?? [-1, -1];
      const isInside = x >= 0 && x <= width && y >= 0 && y <= height;
      return !isInside || !(outline === undefined || /^(M\d+ \d+l[-\d ]+z)+$/.test(outline));
    });
    expect(wrong).toEqual([]);
  });

  test('shows what can be seen as a shape, and what is small or in pieces as a dot', () => {
    const isDot = (code: string) => world.countries[code]?.[2] === undefined;
    expect(['US', 'DE', 'FR', 'NO', 'SI', 'GF', 'SJ', 'TW', 'EH'].filter(isDot)).toEqual([]);
    expect(['SG', 'MT', 'VA', 'RE', 'BQ', 'TV', 'AQ'].filter(isDot)).toHaveLength(7);
  });

  test('keeps its dots apart, so that each can be pointed at', () => {
    const dots = Object.values(world.countries).filter(([, , outline]) => outline === undefined);
    const nearest = dots.flatMap(([x, y], i) =>
      dots.slice(i + 1).map(([otherX, otherY]) => Math.hypot(otherX - x, otherY - y)),
    );
    expect(Math.min(...nearest)).toBeGreaterThan(7);
  });
});

describe('the map of some rows', () => {
  test('shades counts by their roots, and names each with its value and its share', () => {
    const rows = rowsOf(['US', 100, 80], ['DE', 25, 20]);
    const map = mapOf(world, rows, ['visitors', 'percentage'], 'percentage');
    expect(map.places).toEqual([
      { code: 'US', name: 'United States', value: '100', beside: '80%', shade: 1 },
      { code: 'DE', name: 'Germany', value: '25', beside: '20%', shade: 0.5 },
    ]);
    expect([map.none, map.most, map.elsewhere]).toEqual(['0', '100', []]);
  });

  test('shades ratios as they are, and says nothing of countries without one', () => {
    const rows = rowsOf(['US', 80, 1], ['DE', 20, 1], ['FR', 0, 0]);
    const map = mapOf(world, rows, ['bounce_rate', 'views_per_visit'], undefined);
    expect(map.places.map(({ value, shade }) => [value, shade])).toEqual([
      ['80%', 1],
      ['20%', 0.25],
      ['–', 0],
    ]);
    expect([map.none, map.most]).toEqual(['–', '80%']);
  });

  test('says what has no place on it', () => {
    const map = mapOf(world, rowsOf(['(not set)', 9], ['US', 4]), ['visitors'], undefined);
    expect(map.elsewhere.map(({ name, value }) => [name, value])).toEqual([['Unknown', '9']]);
    expect(map.most).toBe('4');
  });

  test('is walked through by arrows in the order of its rows, round and round', () => {
    const { places } = mapOf(
      world,
      rowsOf(['US', 3], ['DE', 2], ['FR', 1]),
      ['visitors'],
      undefined,
    );
    const steps = (code: string, ...keys: string[]) =>
      keys.map((key) => stepFrom(places, code, key)?.code);
    expect(steps('US', 'ArrowRight', 'ArrowDown', 'ArrowLeft')).toEqual(['DE', 'DE', 'FR']);
    expect(steps('FR', 'ArrowRight', 'ArrowUp', 'Home')).toEqual(['US', 'DE', 'US']);
    expect(steps('DE', 'End', 'a')).toEqual(['FR', undefined]);
  });
});
