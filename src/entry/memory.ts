import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { DaybookError } from '../lib/errors.ts';

const mib = 1024 ** 2;

const gib = 1024 ** 3;

/** With less, DuckDB cannot compute a report of a day any more. */
export const leastBytes = 256 * mib;

/** The rest is for the system's file cache: the store's mapped file and the ledger's files. */
const defaultShare = 0.75;

/** What Node, its code and the libraries take in a process of ours before it has any work. */
const processBytes = 110 * mib;

/** DuckDB does not count all that it takes: a long text that is made of constants, for one. */
const uncountedBytes = 128 * mib;

/** What each process gets of the memory that Daybook may use. */
export type MemoryShares = {
  readonly totalBytes: number;
  /** DuckDB's in the report process. Mounted days and roll-ups have shares of it. */
  readonly reportBytes: number;
  /** DuckDB's where days are closed: in the closing process, in commands and in imports. */
  readonly closingBytes: number;
  /** DuckDB's for a statement of `daybook sql`, in the command or in its own process. */
  readonly sqlBytes: number;
  /** V8's old generation in the report process and in the closing process, in MiB. */
  readonly heapMib: number;
  /** What the closing process takes altogether: it starts when so much is free. */
  readonly closingNeedsBytes: number;
  /** What the report process takes of its own where days are packed: it starts when so much is. */
  readonly reportNeedsBytes: number;
  /** What most statements need at the most: the process of one starts when so much is free. */
  readonly sqlNeedsBytes: number;
  /** What the process of a statement may take of its own, with what DuckDB does not count. */
  readonly sqlMostBytes: number;
  /** What a backup's process takes of its own, however much it copies. */
  readonly backupNeedsBytes: number;
};

/**
 * A quarter each: the server, the report process's DuckDB, and Node in the other two. Closing gets
 * more: not all of its statements spill, and with 128 MiB a day of 300,000 hits that have nothing
 * in common was not sorted. Where that is too much together, the report process gives way
 * (`server/room.ts`). Nobody needs more than its most: with 0.75 GiB a day of a million hits is
 * closed as quickly as with more.
 */
export function sharesOf(totalBytes: number): MemoryShares {
  const closingBytes = Math.min(0.75 * gib, Math.max(128 * mib, totalBytes * 0.375));
  const sqlBytes = Math.min(4 * gib, Math.max(64 * mib, totalBytes / 4));
  return {
    totalBytes,
    reportBytes: Math.min(4 * gib, totalBytes / 4),
    closingBytes,
    sqlBytes,
    heapMib: Math.floor(Math.min(4 * gib, Math.max(128 * mib, totalBytes / 8)) / mib),
    closingNeedsBytes: closingBytes + processBytes,
    reportNeedsBytes: Math.min(64 * mib, totalBytes / 8) + processBytes,
    sqlNeedsBytes: Math.min(512 * mib, sqlBytes) + processBytes,
    sqlMostBytes: sqlBytes + processBytes + uncountedBytes,
    backupNeedsBytes: processBytes,
  };
}

/**
 * What `DAYBOOK_MEMORY` says, or three quarters of what the machine or the process's control group
 * has. Rejects with fault `bad-input` where it says anything else than a size.
 */
export function memoryBytesOf(env: NodeJS.ProcessEnv, machineBytes = machineMemory()): number {
  const { DAYBOOK_MEMORY: said } = env;
  if (said === undefined || said === '') return Math.max(leastBytes, machineBytes * defaultShare);
  const bytes = readMemory(said);
  if (bytes === undefined)
    throw new DaybookError('bad-input', `DAYBOOK_MEMORY: expected ${expectedMemory}`);
  return bytes;
}

export const expectedMemory = 'a size of 256m or more, such as 512m or 2g';

/** Bytes of `512m`, `2g` or `536870912`; undefined if it is none, or too little. */
export function readMemory(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)\s*([kmg]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const factor = { '': 1, k: 1024, m: mib, g: gib }[unit.toLowerCase()]!;
  const bytes = Math.floor(Number(number) * factor);
  return number !== undefined && bytes >= leastBytes && Number.isSafeInteger(bytes)
    ? bytes
    : undefined;
}

/** The machine's, or the limit of the control group that this process is in (version 1 or 2). */
function machineMemory(): number {
  const limit = process.constrainedMemory() ?? 0;
  return limit > 0 ? Math.min(totalmem(), limit) : totalmem();
}

/** Resident memory: `own` is taken from the machine, `mapped` are pages of files it may drop. */
export type Resident = {
  readonly ownBytes: number;
  readonly mappedBytes: number;
  /** The most of both together until now. */
  readonly mostBytes: number;
};

/** Undefined where the process has ended, or on a system without `/proc`. */
export function residentOf(pid: number): Resident | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const bytes = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024;
    const mappedBytes = bytes('RssFile') + bytes('RssShmem');
    return { ownBytes: bytes('RssAnon'), mappedBytes, mostBytes: bytes('VmHWM') };
  } catch {
    return undefined;
  }
}

/**
 * DuckDB's allocator (jemalloc) keeps what was freed for ten seconds: closing 150,000 hits with 256
 * MiB for it took 685 MiB so, and 388 where it is given back at once, in the same time. It reads
 * this once, when DuckDB is loaded.
 */
export function giveBackFreed(env: NodeJS.ProcessEnv): void {
  env['DUCKDB_JE_MALLOC_CONF'] ??= 'dirty_decay_ms:0,muzzy_decay_ms:0';
}
