// Draws the map of the world that the dashboard shows: for each country of ISO 3166-1 a shape, or a
// dot where that would be too small to see. It is made at each build, from Natural Earth's borders
// (public domain, by `world-atlas`), so that no browser needs to project anything.
//
//   node scripts/world.mjs     prints what it is made of
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { geoArea, geoCentroid, geoEqualEarth, geoPath } from 'd3-geo';
import { iso31661 } from 'iso-3166';
import { merge } from 'topojson-client';

const require = createRequire(import.meta.url);

/** The size of the drawing, in its own units. About half of them are a pixel of the page. */
const width = 1_000;
const edge = 6;
/** South of this there is only Antarctica: a dot at the foot of the map. */
const south = -56;
/** A country that takes less than so many square units is a dot. */
const leastArea = 12;
/** How far the middles of two dots are apart. */
const dotsApart = 9.5;
/** Islands of fewer square units are left out, except for a country's largest one. */
const leastIsland = 1.6;

/** Parts of a country in Natural Earth that have a code of their own, by where they lie. */
const parts = {
  FR: [
    ['GF', -55, 1, -51, 7],
    ['GP', -62, 15.7, -60.9, 16.6],
    ['MQ', -61.3, 14.3, -60.7, 15],
    ['RE', 55, -21.6, 56, -20.7],
    ['YT', 44.8, -13.2, 45.5, -12.5],
  ],
  NO: [
    ['SJ', 5, 70.5, 35, 82, ([lon, lat]) => lat > 73 || lon < 0],
    ['SJ', -10, 70.5, -7, 71.5],
    ['BV', 3, -55, 4, -54],
  ],
  NL: [['BQ', -69, 12, -62, 18]],
};

/** Where those are that have no shape at all, as longitude and latitude. */
const places = {
  ...{ AQ: [20, -57.5], BQ: [-68.26, 12.17], BV: [3.35, -54.43], CC: [96.84, -12.15] },
  ...{ CX: [105.63, -10.45], GI: [-5.35, 36.14], GP: [-61.55, 16.25], MQ: [-61.02, 14.65] },
  ...{ RE: [55.54, -21.13], SJ: [16, 78.5], TK: [-171.83, -9.17], TV: [178.68, -7.48] },
  ...{ UM: [-169.53, 16.73], YT: [45.15, -12.8] },
};

/** Names of shapes without a number in ISO 3166-1, and the code that they are shown under. */
const unnumbered = { Kosovo: 'XK', 'N. Cyprus': 'CY', Somaliland: 'SO' };

/** The 249 of ISO 3166-1, and Kosovo, whose code is one that users may assign. */
export const codes = [...iso31661.map(({ alpha2 }) => alpha2), 'XK'].sort();

/**
 * The map: its size; for each code `[x, y]` (where its dot is, or its name belongs), and behind
 * them the outline of those that have a shape; and the land that is nobody's.
 */
export function makeWorld() {
  const shapes = shapesByCode();
  // What is cut at the edge of the map is cut in the Pacific.
  const projection = geoEqualEarth().rotate([-11, 0]);
  projection.fitWidth(width - 2 * edge, { type: 'Sphere' });
  const [left, top] = projection.translate();
  projection.translate([left + edge, top]);
  const north = projection([11, 83.7])[1];
  projection.translate([left + edge, top - north + edge]);
  const height = Math.ceil(projection([11, south])[1] + 2 * edge);
  const draw = (polygons) =>
    outline(geoPath(projection).digits(0)({ type: 'MultiPolygon', coordinates: polygons }));

  // The projection keeps areas, so that the sphere's are in proportion to the map's.
  const unitsOfSphere = geoPath(projection).area({ type: 'Sphere' }) / (4 * Math.PI);

  const countries = {};
  const dots = [];
  for (const code of codes) {
    const polygons = shapes.get(code) ?? [];
    const areas = polygons.map((polygon) => areaOf(polygon) * unitsOfSphere);
    const largest = polygons[areas.indexOf(Math.max(...areas))];
    const drawn = polygons.filter((_, i) => areas[i] >= leastIsland);
    const area = areas.reduce((sum, own) => sum + (own >= leastIsland ? own : 0), 0);
    const middle =
      largest !== undefined && code !== 'AQ'
        ? projection(geoCentroid({ type: 'Polygon', coordinates: largest }))
        : projection(places[code]);
    if (area < leastArea || code === 'AQ') dots.push({ code, at: middle });
    else countries[code] = [...middle.map(Math.round), draw(drawn)];
  }
  for (const { code, at } of partedDots(dots)) countries[code] = at.map(Math.round);
  return { width, height, countries, nobodys: draw(shapes.get('') ?? []) };
}

/** On the sphere of radius 1. */
const areaOf = (polygon) => geoArea({ type: 'Polygon', coordinates: polygon });

/** Natural Earth's polygons by code; under '' what is no country's. */
function shapesByCode() {
  const file = require.resolve('world-atlas/countries-50m.json');
  const topology = JSON.parse(readFileSync(file, 'utf8'));
  const byNumber = new Map(iso31661.map(({ numeric, alpha2 }) => [numeric, alpha2]));
  const geometries = new Map();
  for (const geometry of topology.objects.countries.geometries) {
    const { name } = geometry.properties;
    // The islands in it, Christmas and Cocos, are dots.
    if (name === 'Indian Ocean Ter.') continue;
    const code = unnumbered[name] ?? byNumber.get(geometry.id) ?? '';
    geometries.set(code, [...(geometries.get(code) ?? []), geometry]);
  }
  const shapes = new Map();
  for (const [code, own] of geometries)
    for (const polygon of merge(topology, own).coordinates) {
      const found = partOf(code, polygon);
      shapes.set(found, [...(shapes.get(found) ?? []), polygon]);
    }
  return shapes;
}

function partOf(code, polygon) {
  if (parts[code] === undefined) return code;
  const [lon, lat] = geoCentroid({ type: 'Polygon', coordinates: polygon });
  const part = parts[code].find(
    ([, west, low, east, high, also]) =>
      lon > west && lon < east && lat > low && lat < high && (also?.([lon, lat]) ?? true),
  );
  return part?.[0] ?? code;
}

/**
 * Moves dots that would lie upon each other apart, each a little, until every one can be seen and
 * pointed at.
 */
function partedDots(dots) {
  const moved = dots.map(({ code, at }) => ({ code, at: [...at] }));
  for (let round = 0; round < 200; round++)
    for (const [i, one] of moved.entries())
      for (const other of moved.slice(i + 1)) {
        const [dx, dy] = [other.at[0] - one.at[0], other.at[1] - one.at[1]];
        const distance = Math.hypot(dx, dy) || 0.01;
        if (distance >= dotsApart) continue;
        const push = (dotsApart - distance) / distance / 2;
        one.at = [one.at[0] - dx * push, one.at[1] - dy * push];
        other.at = [other.at[0] + dx * push, other.at[1] + dy * push];
      }
  return moved;
}

/** A path with steps in place of points, without those that lead nowhere or straight on. */
function outline(path) {
  const rings = (path ?? '').split('M').slice(1);
  return rings.map(ringOf).join('');
}

function ringOf(text) {
  const points = text
    .replace('Z', '')
    .split('L')
    .map((point) => point.split(',').map(Number));
  const kept = [];
  for (const point of points) {
    const before = kept.at(-1);
    if (before && before[0] === point[0] && before[1] === point[1]) continue;
    while (kept.length > 1 && isBetween(kept.at(-2), kept.at(-1), point)) kept.pop();
    kept.push(point);
  }
  if (kept.length > 1 && kept[0].join() === kept.at(-1).join()) kept.pop();
  if (kept.length < 3) return '';
  const [first, ...others] = kept;
  let [x, y] = first;
  const steps = others.map(([nextX, nextY]) => {
    const step = [nextX - x, nextY - y];
    [x, y] = [nextX, nextY];
    return step;
  });
  const written = steps.flat().reduce((line, n) => line + (n < 0 || line === '' ? n : ` ${n}`), '');
  return `M${first.join(' ')}l${written}z`;
}

/** Whether the middle one of three points lies on the way between the others. */
function isBetween([ax, ay], [bx, by], [cx, cy]) {
  const cross = (bx - ax) * (cy - by) - (by - ay) * (cx - bx);
  return cross === 0 && (bx - ax) * (cx - bx) + (by - ay) * (cy - by) > 0;
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const world = makeWorld();
  const text = JSON.stringify(world);
  const all = Object.values(world.countries);
  stdout.write(
    `${all.length} countries, ${all.filter((entry) => entry.length === 2).length} of them dots; ` +
      `${world.width} × ${world.height}; ${text.length} bytes, ${gzipSync(text).length} gzipped\n`,
  );
}
