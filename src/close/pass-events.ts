import { messageOf } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';

/**
 * What a pass tells while it is at it, each of a site by its domain. `bytes` are those of the day's
 * own files.
 */
export type Told =
  | {
      readonly told: 'closed';
      readonly site: string;
      readonly day: Day;
      readonly hits: number;
      readonly visits: number;
      readonly bytes: number;
      readonly tookMs: number;
    }
  | { readonly told: 'merged'; readonly site: string; readonly month: string }
  | { readonly told: 'pruned'; readonly site: string; readonly days: number }
  | { readonly told: 'swept'; readonly files: number }
  | {
      readonly told: 'failed';
      readonly site?: string;
      readonly day?: Day;
      readonly step: string;
      readonly error: unknown;
    };

/** A line for a person or a log. */
export function lineOf(told: Told): string {
  switch (told.told) {
    case 'closed': {
      const { site, day, hits, visits, bytes, tookMs } = told;
      const counts = [counted(hits, 'hit'), counted(visits, 'visit'), counted(bytes, 'byte')];
      return `${site} ${day}: ${counts.join(', ')}, ${Math.round(tookMs)} ms`;
    }
    case 'merged':
      return `${told.site} ${told.month}: merged`;
    case 'pruned':
      return `${told.site}: ${counted(told.days, 'day')} pruned`;
    case 'swept':
      return `${counted(told.files, 'file')} that nothing names removed`;
    case 'failed': {
      const of = [told.site, told.day].filter((name) => name !== undefined).join(' ');
      return `${of}${of === '' ? '' : ': '}${told.step} failed: ${messageOf(told.error)}`;
    }
  }
}

const counted = (count: number, what: string) =>
  `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
