import { type Home, scanAll } from '../home/home.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';

/** What was done, by whom, when. */
export type AuditEntry = {
  readonly atMs: number;
  readonly by: AuditedBy;
  /** Such as `goal.add`. */
  readonly what: string;
  /** The site that it was done to: its id, and its domain then. */
  readonly site?: { readonly id: string; readonly domain: string };
  /** What else it was done to, in a few words: never a secret. */
  readonly about?: string;
};

export type AuditedBy = {
  readonly kind: 'person' | 'key' | 'owner-key' | 'command-line' | 'nobody';
  /** Of a person or a key. */
  readonly id?: string;
  /** As it was called then. */
  readonly name?: string;
};

export type AuditLog = {
  write(entry: Omit<AuditEntry, 'atMs'>): Promise<void>;
  /** The newest first, a page at a time. */
  read(asked?: AuditAsked): Promise<AuditPage>;
  /** Forgets what is older than `auditMonths`. */
  sweep(nowMs: number): Promise<void>;
};

export type AuditAsked = {
  /** Of all entries by default. */
  readonly isWanted?: (entry: AuditEntry) => boolean;
  readonly limit?: number;
  /** `next` of the page before this one. */
  readonly before?: string;
};

/** `next`: where older ones begin; absent where there are none. */
export type AuditPage = { readonly entries: readonly AuditEntry[]; readonly next?: string };

export const auditMonths = 24;

/** Entries of a month (`audit/2026-11`), by time; beside them the months that there are. */
const monthsPartition = 'audit';

const maxAbout = 200;

export function openAuditLog(
  { rows }: Pick<Home, 'rows'>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): AuditLog {
  async function months(): Promise<string[]> {
    const found: string[] = [];
    for await (const { sort } of scanAll(rows, monthsPartition)) found.push(sort);
    return found.reverse();
  }

  return {
    async write({ about, ...entry }) {
      const atMs = clock();
      const month = new Date(atMs).toISOString().slice(0, 7);
      const whole: AuditEntry = {
        ...{ atMs, ...entry },
        ...(about !== undefined && { about: about.slice(0, maxAbout) }),
      };
      const sort = `${String(atMs).padStart(14, '0')}-${random(6).toString('hex')}`;
      await rows.append([
        { partition: monthsPartition, sort: month, value: '{}' },
        { partition: `${monthsPartition}/${month}`, sort, value: JSON.stringify(whole) },
      ]);
    },
    async read({ isWanted = () => true, limit = 500, before } = {}) {
      const found: { readonly sort: string; readonly entry: AuditEntry }[] = [];
      const range = before === undefined ? {} : { to: before };
      for (const month of await months()) {
        // One more than are wanted says whether there are more.
        if (found.length > limit) break;
        const ofMonth: typeof found = [];
        for await (const { sort, value } of scanAll(rows, `${monthsPartition}/${month}`, range)) {
          const entry = JSON.parse(value) as AuditEntry;
          if (isWanted(entry)) ofMonth.push({ sort, entry });
        }
        found.push(...ofMonth.reverse());
      }
      const page = found.slice(0, limit);
      return {
        entries: page.map(({ entry }) => entry),
        ...(found.length > limit && { next: page.at(-1)!.sort }),
      };
    },
    async sweep(nowMs) {
      const first = new Date(nowMs);
      first.setUTCDate(1);
      first.setUTCMonth(first.getUTCMonth() - auditMonths);
      for (const month of await months()) {
        if (month >= first.toISOString().slice(0, 7)) continue;
        for await (const { partition, sort } of scanAll(rows, `${monthsPartition}/${month}`))
          await rows.remove([{ partition, sort }]);
        await rows.remove([{ partition: monthsPartition, sort: month }]);
      }
    },
  };
}
