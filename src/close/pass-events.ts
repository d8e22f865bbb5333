import { messageOf } from '../lib/errors.ts';
import type { Day } from '../lib/site-days.ts';
import type { ClosingSite } from './world.ts';

/**
 * What a pass reports. Sites are named by their domains; `bytes` are those of the day's own files,
 * where it has some.
 */
export type PassEvent =
  | {
      readonly kind: 'closed';
      readonly site: string;
      readonly day: Day;
      readonly hits: number;
      readonly visits: number;
      readonly bytes?: number;
      readonly tookMs: number;
    }
  | {
      readonly kind: 'packed';
      readonly site: string;
      readonly day: Day;
      readonly hits: number;
      readonly tookMs: number;
    }
  | { readonly kind: 'merged'; readonly site: string; readonly month: string }
  | { readonly kind: 'pruned'; readonly site: string; readonly days: number }
  | { readonly kind: 'swept'; readonly files: number }
  | {
      readonly kind: 'failed';
      readonly site?: string;
      readonly day?: Day;
      readonly step: string;
      readonly error: unknown;
    };

export type OnEvent = (event: PassEvent) => void;

export type NamedSite = ClosingSite & { readonly domain: string };

/** An event as a line for a person or a log. */
export function eventLine(event: PassEvent): string {
  switch (event.kind) {
    case 'closed': {
      const { site, day, hits, visits, bytes, tookMs } = event;
      const counts = [counted(hits, 'hit'), counted(visits, 'visit')];
      if (bytes !== undefined) counts.push(counted(bytes, 'byte'));
      return `${site} ${day}: ${counts.join(', ')}, ${Math.round(tookMs)} ms`;
    }
    case 'packed': {
      const { site, day, hits, tookMs } = event;
      return `${site} ${day}: ${counted(hits, 'hit')} packed, ${Math.round(tookMs)} ms`;
    }
    case 'merged':
      return `${event.site} ${event.month}: merged`;
    case 'pruned':
      return `${event.site}: ${counted(event.days, 'day')} pruned`;
    case 'swept':
      return `${counted(event.files, 'file')} that nothing names removed`;
    case 'failed': {
      const of = [event.site, event.day].filter((name) => name !== undefined).join(' ');
      return `${of}${of === '' ? '' : ': '}${event.step} failed: ${messageOf(event.error)}`;
    }
  }
}

const counted = (count: number, what: string) =>
  `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
