import { describe, expect, test } from 'vitest';
import { fields } from '../../model/fields.ts';
import type { Site } from '../site.ts';
import { applySettings, siteSettings } from '../site-settings.ts';
import type { PrivacyFacts } from './facts.ts';
import { statementMarkdown, statementText } from './markdown.ts';
import { privacyStatement } from './statement.ts';

const nowMs = Date.UTC(2026, 10, 28);

const site: Site = {
  ...{ id: 'abcdefghijkl', domain: 'example.com', createdMs: 0 },
  zones: [{ zone: 'UTC', fromDay: '2020-01-01', fromMs: 0 }],
  ...{ open: false, default: false, respectsGpc: false },
  ...{ excludedAddresses: [], excludedPages: [] },
};

const facts: PrivacyFacts = { hasCities: false, home: 'machine', links: 0 };

/** Its sentences; of a field `name: words`. */
function sentences(of: Site, with_: PrivacyFacts = facts): string[] {
  const { title, sections } = privacyStatement(of, with_, nowMs);
  return [
    title,
    ...sections.flatMap(({ paragraphs, fields: stated = [] }) => [
      ...paragraphs,
      ...stated.map(({ name, words }) => `${name}: ${words}`),
    ]),
  ];
}

const set = (values: Readonly<Record<string, unknown>>) => applySettings(site, values, nowMs - 1e9);

/** What is said no longer, and what is said in its place. */
function changeBy(before: readonly string[], after: readonly string[]): string {
  const gone = before.filter((one) => !after.includes(one)).map((one) => `- ${one}`);
  const come = after.filter((one) => !before.includes(one)).map((one) => `+ ${one}`);
  return [...gone, ...come].join('\n');
}

/** A value of each setting that visitors are concerned by, and what of it must be said. */
const said: Readonly<Record<string, readonly [value: unknown, says: RegExp]>> = {
  timezone: ['Europe/Berlin', /\+ .*the time zone Europe\/Berlin/],
  open: [true, /\+ Anyone can read its reports, and each hit as it is stored/],
  public: [true, /\+ Anyone can read its reports. Single hits only the owner/],
  privacy_page: ['on', /\+ This page is public/],
  robots: ['keep', /- Robots are not counted[\s\S]*\+ Robot: of a robot's hit/],
  respect_gpc: [true, /- .*change nothing[\s\S]*\+ Browsers that send Global Privacy Control/],
  excluded_addresses: [['192.0.2.7', '2001:db8::/32'], /^\+ .* 2 addresses or ranges\.$/],
  excluded_pages: [['/hidden/**'], /^\+ .*1 pattern of pages\.$/],
  excluded_countries: [['DE', 'FR'], /^\+ .*comes from Germany and France\.$/],
  excluded_networks: [['AS64496', 'data-centres'], /AS64496 and networks of known data centres/],
  hostnames: [
    'own',
    /- .*every host name[\s\S]*\+ Only pages of example.com and of its subdomains/,
  ],
  kept_query_parameters: [['id', 'q'], /- Page: .*without[\s\S]*\+ Page: .* only id and q$/],
  custom_properties: [['plan'], /\+ Properties: .* the site lists plan$/],
  keep_hits_days: [
    400,
    /- .*until the owner[\s\S]*\+ Each hit is kept for 400 days[\s\S]*\+ Sums by day/,
  ],
};

/** Settings that change nothing of what is stored, or who reads it. */
const ofNoConcern = ['week_starts', 'aliases', 'default', 'page_groups', 'currency', 'shards'];

describe('each setting has its sentence', () => {
  test.each(siteSettings.map(({ name }) => name))('%s', (name) => {
    if (ofNoConcern.includes(name)) {
      const value = { week_starts: 'sunday', page_groups: ['/a/**'], currency: 'EUR', shards: 2 }[
        name
      ];
      expect(sentences(set({ [name]: value ?? (name === 'default' ? true : ['x']) }))).toEqual(
        sentences(site),
      );
      return;
    }
    if (name === 'keep_roll_ups_days') {
      const before = set({ keep_hits_days: 30 });
      const after = applySettings(before, { keep_roll_ups_days: 60 }, nowMs);
      const change = changeBy(sentences(before), sentences(after));
      expect(change).toMatch(/^- Sums .* until the owner[^\n]*\n\+ Sums .* kept for 60 days\.$/);
      return;
    }
    const [value, says] = said[name]!;
    expect(changeBy(sentences(site), sentences(set({ [name]: value })))).toMatch(says);
  });
});

test('what an owner names to leave out is not given away', () => {
  const text = sentences(
    set({ excluded_addresses: ['192.0.2.7'], excluded_pages: ['/hidden/**'] }),
  ).join('\n');
  expect(text).not.toMatch(/192\.0\.2\.7|hidden/);
});

test('what is no setting changes its sentence, too', () => {
  const by = (more: Partial<PrivacyFacts>) =>
    changeBy(sentences(site), sentences(site, { ...facts, ...more }));
  expect(by({ hasCities: true })).toBe('+ Region: likewise\n+ City: likewise');
  expect(by({ links: 2 })).toMatch(/^\+ 2 links show reports/);
  expect(by({ home: 'aws' })).toMatch(/Amazon Web Services/);
  const { domain: _, ...named } = site;
  expect(sentences({ ...named, domain: 'other.test' }).join()).not.toContain('example.com');
});

test('every field of a hit is said, but those that this site cannot have', () => {
  const stated = (of: Site, with_: PrivacyFacts) =>
    privacyStatement(of, with_, nowMs)
      .sections.flatMap(({ fields: some = [] }) => some)
      .map(({ field }) => field);
  const all = Object.keys(fields);
  expect(stated(set({ robots: 'keep' }), { ...facts, hasCities: true })).toEqual(all);
  expect(all.filter((field) => !(stated(site, facts) as string[]).includes(field))).toEqual([
    'region',
    'city',
    'robot',
  ]);
});

test('as Markdown, nothing that a setting contains becomes a mark', () => {
  const hostile = set({ custom_properties: ['*a*', '[b](x:y)', '<b>'] });
  const text = statementMarkdown(privacyStatement(hostile, facts, nowMs));
  expect(text).toContain('\\*a\\*, \\[b\\](x:y) and \\<b\\>');
  expect(text).toMatch(/^# What example\.com collects of its visitors\n\n## In short\n\n/);
  expect(statementText(privacyStatement(site, facts, nowMs))).toContain('\n  Page: its path');
});
