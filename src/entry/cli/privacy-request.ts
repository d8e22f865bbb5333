import { createInterface } from 'node:readline';
import { Command, Option } from 'commander';
import type { Site } from '../../account/site.ts';
import type { CloseWorld } from '../../close/world.ts';
import { type AskedVisitor, askedVisitors, readTraits } from '../../collect/asked-visitor.ts';
import type { VisitorTraits } from '../../collect/visitors.ts';
import { openDayHits } from '../../days/open-days.ts';
import { openRawHits } from '../../days/raw-hits.ts';
import type { Home } from '../../home/home.ts';
import { hitsAsCsv } from '../../http/hits-csv.ts';
import { type Place, startOf } from '../../journal/keys.ts';
import type { Hit } from '../../model/hit.ts';
import { openClosing } from '../closing.ts';
import { type ConsentFlags, nowOption, yesOption } from './consent.ts';
import { type DataFlag, dataOption, expectSite, note, say, withHome } from './data.ts';
import { eraseHere } from './erase.ts';
import { carefulClock } from './machine-clock.ts';

type Flags = DataFlag &
  ConsentFlags & {
    readonly site: string;
    readonly address?: string;
    readonly userAgent?: string;
    readonly format: 'ndjson' | 'csv';
    readonly erase?: true;
    readonly dryRun?: true;
  };

export function requestCommand(): Command {
  return new Command('request')
    .description(
      'print the hits of a person who asks for them, by the address and user agent of their ' +
        'browser\nOnly of days whose salts exist: 48 hours after a day nobody can tell any more. ' +
        'What is not said here is read from standard input, a line each: the address, then the ' +
        'user agent.',
    )
    .requiredOption('--site <domain>', 'the site')
    .option('--address <address>', "the browser's IP address")
    .option('--user-agent <agent>', 'its user agent')
    .addOption(
      new Option('--format <format>', 'of the hits').choices(['ndjson', 'csv']).default('ndjson'),
    )
    .option('--erase', 'erase exactly these hits; it prints how many by day, and asks')
    .option('--dry-run', 'with --erase: say what would go, and erase nothing')
    .addOption(yesOption())
    .addOption(nowOption())
    .addOption(dataOption())
    .action((flags: Flags) => withHome(flags, (home) => answer(home, flags)));
}

async function answer(home: Home, flags: Flags): Promise<void> {
  const site = await expectSite(home, flags.site);
  const traits = await traitsOf(flags);
  const clock = await carefulClock(home);
  const found = await askedVisitors(home.salts, site.id, traits, Date.now());
  note(daysWords(found));
  const [first, last] = [found[0], found.at(-1)];
  if (first === undefined || last === undefined) return;
  const closing = await openClosing(home, clock);
  try {
    if (flags.erase) {
      const { yes, now, dryRun } = flags;
      const visitor = found.map((one) => one.visitor);
      const asked = { visitor, from: first.day, to: last.day };
      await eraseHere({ home, world: closing.world }, site, asked, {
        ...{ ...(yes && { yes }), ...(now && { now }), ...(dryRun && { dryRun }) },
      });
    } else await print(hitsOf(closing.world, site, found), flags.format);
  } finally {
    closing.close();
  }
}

function daysWords(found: readonly AskedVisitor[]): string {
  const [first, last] = [found[0]?.day, found.at(-1)?.day];
  const before = 'of other days nobody can tell any more whose hits they are';
  if (first === undefined) return `no salt of the site is left: ${before}`;
  return `looked through ${first === last ? first : `${first} to ${last}`}; ${before}`;
}

/** From the flags, else from standard input: so neither has to be in a shell's history. */
async function traitsOf({ address, userAgent }: Flags): Promise<VisitorTraits> {
  if (address !== undefined && userAgent !== undefined) return readTraits(address, userAgent);
  if (process.stdin.isTTY)
    note(`type ${address === undefined ? 'the address, Enter, ' : ''}the user agent, Enter`);
  const wanted = [address, userAgent].filter((one) => one === undefined).length;
  const lines: string[] = [];
  const reader = createInterface({ input: process.stdin });
  for await (const line of reader) if (lines.push(line) === wanted) break;
  reader.close();
  const next = () => lines.shift() ?? '';
  return readTraits(address ?? next(), userAgent ?? next());
}

const mountedBytes = 2 ** 28;

const pageHits = 1_000;

async function* hitsOf(
  { home, duck, clock }: CloseWorld,
  site: Site,
  found: readonly AskedVisitor[],
): AsyncGenerator<Hit> {
  const days = openDayHits({ home, duck, clock, budgetBytes: mountedBytes });
  const read = openRawHits();
  const visitors = found.map(({ visitor }) => visitor);
  const which = { visitors, to: found.at(-1)!.day, limit: pageHits };
  let after: Place | undefined = startOf(found[0]!.day);
  while (after !== undefined) {
    const page = await read(days, site, { ...which, after });
    for (const { hit } of page.hits) yield JSON.parse(hit) as Hit;
    after = page.next;
  }
}

async function print(hits: AsyncIterable<Hit>, format: Flags['format']): Promise<void> {
  if (format === 'csv') for await (const line of hitsAsCsv(hits)) say(line.trimEnd());
  else for await (const hit of hits) say(JSON.stringify(hit));
}
