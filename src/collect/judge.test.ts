import { expect, test } from 'vitest';
import { bareSite } from '../../test/support/test-daybook.ts';
import { openIdSet } from '../lib/id-set.ts';
import { dayBounds, zonesFrom } from '../lib/site-days.ts';
import { dropReasons } from '../model/drop-reasons.ts';
import { readAgent } from './enrich/agent.ts';
import { judgeOf, type Reason } from './judge.ts';
import { rulesOf } from './site-rules.ts';

const nowMs = Date.parse('2026-11-27T12:00:00Z');
const hourMs = 3_600_000;
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) ' +
  'Chrome/130.0.0.0 Safari/537.36';

const site = bareSite(zonesFrom('UTC', 0), {
  ...{ respectsGpc: true, excludedAddresses: ['192.0.2.0/24'], excludedPages: ['/private/**'] },
  ...{ excludedCountries: ['KP'], excludedNetworks: ['AS7', 'data-centres'] },
  hostnames: 'own',
  keepHitsDays: 30,
});

const all = [
  ...['bot', 'identify', 'performance'],
  ...['opted-out', 'future', 'excluded-ip', 'excluded-page', 'hostname', 'excluded-country'],
  ...['excluded-network', 'spam-referrer', 'too-late', 'too-old', 'known', 'erased'],
] as Reason[];

const judge = judgeOf(...all);

type Hints = {
  readonly userAgent?: string;
  readonly keepsRobots?: true;
  readonly notKept?: 'identify' | 'performance';
  readonly optsOut?: boolean;
  readonly address?: string;
  readonly page?: string;
  readonly hostname?: string;
  readonly country?: string;
  readonly network?: number;
  readonly referrer?: string;
  readonly isEngagement?: boolean;
  readonly agoMs?: number;
  readonly isKnown?: boolean;
  readonly isErased?: boolean;
};

function judged(hints: Hints): Reason | undefined {
  const { address = '198.51.100.7', page = '/', hostname = '', referrer, optsOut = false } = hints;
  const timeMs = nowMs - (hints.agoMs ?? 0);
  const ids = openIdSet();
  if (hints.isKnown) ids.add('00000000000000aa');
  const bounds = dayBounds(site.zones, timeMs);
  return judge({
    candidate: {
      ...{ address, page, hostname, referrer, optsOut, receivedAtMs: nowMs },
      ...(hints.keepsRobots && { keepsRobots: true as const }),
      ...(hints.notKept && { notKept: hints.notKept }),
      engagement: hints.isEngagement ? { viewAgeMs: 0 } : undefined,
    },
    ...{ site, rules: rulesOf(site), agent: readAgent(hints.userAgent ?? chrome) },
    places: {
      locate: () => (hints.country === undefined ? {} : { country: hints.country }),
      networkOf: () => hints.network,
    },
    ...{ timeMs, bounds, late: nowMs >= bounds.endMs },
    ...{ id: '00000000000000aa', ids, hit: '{}', isErased: () => !!hints.isErased },
  });
}

const cases: readonly (readonly [Reason, drops: Hints, keeps: Hints])[] = [
  ['bot', { userAgent: 'curl/8.5.0' }, { userAgent: 'curl/8.5.0', keepsRobots: true }],
  ['identify', { notKept: 'identify' }, {}],
  ['performance', { notKept: 'performance' }, {}],
  ['opted-out', { optsOut: true }, { optsOut: false }],
  ['future', { agoMs: -60_001 }, { agoMs: -60_000 }],
  ['excluded-ip', { address: '192.0.2.9' }, { address: '192.0.3.9' }],
  ['excluded-page', { page: '/private/a' }, { page: '/public' }],
  ['hostname', { hostname: 'copy.test' }, { hostname: 'www2.example.com' }],
  ['excluded-country', { country: 'KP' }, { country: 'KR' }],
  ['excluded-network', { network: 16_509 }, { network: 64_500 }],
  [
    ...(['spam-referrer', { referrer: 'https://www.semalt.com/x' }] as const),
    { referrer: 'https://semalt.com/', keepsRobots: true },
  ],
  [
    ...(['too-late', { isEngagement: true, agoMs: 13 * hourMs }] as const),
    { isEngagement: true, agoMs: 12 * hourMs },
  ],
  ['too-old', { agoMs: 40 * 24 * hourMs }, { agoMs: 20 * 24 * hourMs }],
  ['known', { isKnown: true }, { isKnown: false }],
  ['erased', { isErased: true }, { isErased: false }],
];

test.each(cases)('%s', (reason, drops, keeps) => {
  expect(judged(drops)).toBe(reason);
  expect(judged(keeps)).toBeUndefined();
});

test('robots that are kept are so from data centres, too', () => {
  const curl = { userAgent: 'curl/8.5.0', network: 16_509 };
  expect(judged({ ...curl, keepsRobots: true })).toBeUndefined();
  expect(judged({ network: 16_509, keepsRobots: true })).toBe('excluded-network');
});

test('how long a robot’s page was open is not kept, though its views are', () => {
  const curl = { userAgent: 'curl/8.5.0', keepsRobots: true } as const;
  expect(judged({ ...curl, isEngagement: true })).toBe('bot');
});

test('every reason has its case, and of two that hold the first is given', () => {
  expect(cases.map(([reason]) => reason)).toEqual(all);
  for (const [i, [reason, drops]] of cases.entries())
    for (const [, later] of cases.slice(i + 1))
      if (drops.agoMs === undefined || later.agoMs === undefined)
        expect(judged({ ...later, ...drops })).toBe(reason);
});

test('requests know the reasons that the books count', () => {
  const others = ['invalid', 'unknown-site']; // before there is a draft
  const ofImports = ['future', 'known', 'erased'];
  expect([...others, ...all.filter((reason) => !ofImports.includes(reason))]).toEqual(
    expect.arrayContaining([...dropReasons]),
  );
});
