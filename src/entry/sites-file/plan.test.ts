import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { newSite } from '../../account/sites.ts';
import { planSite, wantedOf } from './plan.ts';
import { readSitesFile } from './read.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'daybook-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const nowMs = Date.UTC(2026, 10, 20);
let ids = 0;
const world = { nowMs, newId: () => `0000000${ids++}` };

async function read(text: string) {
  const file = join(folder, 'sites.yaml');
  writeFileSync(file, text);
  return readSitesFile(file);
}

const lines = (plan: ReturnType<typeof planSite>) => plan.changes.map(({ line }) => line);

const example = `
sites:
  example.com:
    timezone: Europe/Berlin
    excluded_pages: [/admin/**]
    goals: [{ event: Signup, currency: eur }, { page: /thanks }]
    segments: [{ name: Germans, filters: [[is, visit:country, [DE]]] }]
`;

test('what is in the file is made so; again, nothing changes', async () => {
  const [wanted] = await read(example);
  const plan = planSite(undefined, wanted!, world);
  expect(lines(plan)).toEqual([
    'is made',
    'timezone: UTC becomes Europe/Berlin',
    'excluded_pages: none becomes /admin/**',
    '+ goal "Signup": event Signup, EUR',
    '+ goal "Visit /thanks": page /thanks',
    '+ segment "Germans": [["is","visit:country",["DE"]]]',
  ]);
  expect(lines(planSite(plan.after, wanted!, world))).toEqual([]);
  const shown = stringify({ sites: { 'example.com': wantedOf(plan.after, nowMs) } });
  const [again] = await read(shown);
  expect(lines(planSite(plan.after, again!, world))).toEqual([]);
  expect(lines(planSite(undefined, again!, world))).toEqual(lines(plan));
});

test('lists that the file has are the whole; what it does not name stays', async () => {
  const site = planSite(undefined, (await read(example))[0]!, world).after;
  const own = { id: 'aaaaaaaa', name: 'Mine', filters: [['is', 'visit:country', ['FR']]] };
  const before = { ...site, segments: [...site.segments!, { ...own, personId: 'ada' }] };
  const [wanted] = await read(`
sites:
  example.com:
    goals: [{ page: /danke }, { event: Signup, name: Joined }]
    segments: [{ name: Germans, filters: [[is, visit:country, [DE, AT]]] }]
`);
  const plan = planSite(before, wanted!, world);
  expect(lines(plan)).toEqual([
    '- goal "Visit /thanks": page /thanks',
    '~ goal "Joined": event Signup',
    '+ goal "Visit /danke": page /danke',
    '~ segment "Germans": [["is","visit:country",["DE","AT"]]]',
  ]);
  expect(plan.settings).toEqual({});
  expect(plan.after.segments).toContainEqual({ ...own, personId: 'ada' });
  expect(plan.after.segments![0]!.id).toBe(site.segments![0]!.id);
  const [empty] = await read('sites:\n  example.com:\n    goals: []\n');
  expect(planSite(before, empty!, world).after).toMatchObject({ goals: [] });
  const [nothing] = await read('sites:\n  example.com:\n');
  expect(planSite(before, nothing!, world).after).toEqual(before);
});

test.each([
  ['site: {}', ':1: a file with sites has no site; did you mean sites?'],
  ['sites:\n  a.test:\n    goal: []', ':3: a site has no goal; did you mean goals?'],
  ['sites:\n  a.test:\n    goals: [{ paeg: / }]', ':3: a goal has no paeg; did you mean page?'],
  ['sites:\n  a.test:\n    goals: /x', ':3: expected a list, each a goal'],
  ['sites: [a.test]', ':1: expected sites by their domains'],
  ['sites:\n  a.test: {}\n  a.test: {}', ':3: Map keys must be unique'],
])('%j is refused', async (text, problem) => {
  await expect(read(text)).rejects.toThrow(problem);
});

test.each([
  ['timezone: Europe/Berln', 'timezone: expected an IANA time zone'],
  ['open: perhaps', 'open: expected true or false'],
  ['goals: [{ event: A, page: /a }]', 'goal: expected either an event or a page'],
  ['segments: [{ name: A, filters: [] }]', 'filters'],
])('%s is refused before anything is changed', async (text, problem) => {
  const [wanted] = await read(`sites:\n  a.test:\n    ${text}\n`);
  expect(() => planSite(undefined, wanted!, world)).toThrow(problem);
  expect(() => planSite(newSite('id', 'a.test', {}, nowMs), wanted!, world)).toThrow(problem);
});
