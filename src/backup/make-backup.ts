import { constants } from 'node:fs';
import { copyFile, link, writeFile } from 'node:fs/promises';
import type { Files, Home, Row, RowsSnapshot } from '../home/home.ts';
import { filesOfMonth, type NamedFile, parseMonth } from '../ledger/manifest.ts';
import type { Clock } from '../lib/clock.ts';
import { eachAtOnce } from '../lib/each-at-once.ts';
import { DaybookError } from '../lib/errors.ts';
import type { BackupPoint } from '../model/fault-points.ts';
import { checkBackup } from './check-backup.ts';
import { isKept } from './kept-rows.ts';
import {
  type BackupName,
  bytesOf,
  listBackups,
  readManifest,
  type SavedFile,
  type SavedPiece,
  unlessDamaged,
  writeManifest,
} from './manifest.ts';
import { cutPieces, packPiece, pieceName } from './pieces.ts';
import { tidyBackups } from './tidy-backups.ts';

export type BackupWorld = {
  readonly home: Home;
  readonly target: Files;
  readonly clock: Clock;
  /** Random hex digits: who this Daybook is, at its first backup. */
  readonly random: () => string;
  /** Called at the points where a test ends the process. */
  readonly faultPoint?: (point: BackupPoint) => void | Promise<void>;
};

export type BackupOptions = {
  /** So many backups stay, this one among them; without it, all. */
  readonly keep?: number | undefined;
  /** All of it is read back, not only what this backup wrote. */
  readonly verify?: boolean;
  /** Ledger files are linked, not copied, where the target is on the same file system. */
  readonly link?: boolean;
};

export type MadeBackup = BackupName & {
  /** Of all that it is made of, and of what had to be written for it. */
  readonly bytes: number;
  readonly writtenBytes: number;
  readonly rows: number;
  readonly files: number;
  /** Earlier backups that were removed. */
  readonly removed: number;
};

/** Files that a manifest names are there an hour longer at least: one try is enough, as a rule. */
const tries = 5;

const atOnce = 4;

/** Only the rows of manifests say which files there are. */
const months = 'month/';

type Round = {
  readonly dataVersion: number;
  readonly atMs: number;
  readonly rows: readonly SavedPiece[];
  readonly files: readonly SavedFile[];
};

/**
 * Backs a home up beside its server. The steps, in running order:
 *
 *   1. copy the ledger's files that the backups do not have yet: most of the time goes there
 *   2. take a snapshot of all rows, and write the pieces of them that are new
 *   3. copy the files that its manifests name, which have come since 1
 *   4. read back, if that is wanted; then write the manifest: now there is a backup
 *   5. remove the backups that are not kept any more, and files that none names
 *
 * Files are immutable and rows are named by content, so each is written once for all backups. What
 * was written is read back by `Files.save`. Where a file went before it was copied, steps 2 and 3
 * are done again. Cut anywhere, earlier backups are whole, and the next run goes on with what is
 * there. Rejects with `bad-input` where the target has the backups of another Daybook.
 */
export async function makeBackup(
  world: BackupWorld,
  { keep, verify = false, link: linked = false }: BackupOptions = {},
): Promise<MadeBackup> {
  const { home, target, clock, faultPoint = () => {} } = world;
  const takeSnapshot = home.snapshot;
  if (takeSnapshot === undefined)
    throw new DaybookError('bad-input', 'only the data of one machine is backed up like this');
  const earlier = await listBackups(target);
  const source = await sourceOf(world, earlier);
  const writer = openWriter(world, await target.list(''), linked ? linkFile : copyOver);
  await faultPoint('backup.begun');
  await eachNamed(await takeSnapshot(), (files) => writer.copy(files, { mayBeGone: true }));
  await faultPoint('backup.copied');

  async function round(): Promise<Round> {
    const snapshot = await takeSnapshot!();
    try {
      const atMs = Math.max(clock(), (earlier.at(-1)?.atMs ?? 0) + 1);
      const named: NamedFile[] = [];
      const rows = await writer.write(cutPieces(noting(snapshot.rows(), named)));
      await faultPoint('backup.rows-written');
      await writer.copy(named);
      return { dataVersion: snapshot.dataVersion, atMs, rows, files: named.map(savedFile) };
    } finally {
      snapshot.done();
    }
  }

  const made = await persist(async () => {
    const saved = await round();
    await faultPoint('backup.all-written');
    const wrong = verify ? await checkBackup(target, saved) : [];
    for (const { name } of wrong) writer.forget(name);
    // What is damaged in the target is written again.
    if (wrong.length > 0) throw new DaybookError('not-found', wrong[0]!.problem);
    await faultPoint('backup.verified');
    return saved;
  });
  const name = await writeManifest(target, { format: 1, source, ...made });
  await faultPoint('backup.named');
  const removed = await tidyBackups(world, keep);
  return {
    ...{ name: name.name, atMs: made.atMs, removed, files: made.files.length },
    bytes: bytesOf(made) + name.bytes,
    writtenBytes: writer.writtenBytes() + name.bytes,
    rows: made.rows.reduce((sum, { rows }) => sum + rows, 0),
  };
}

const savedFile = ({ name, bytes, sha256 }: NamedFile): SavedFile => ({ name, bytes, sha256 });

/** Again where a file was gone, in the home or in the target. */
async function persist(round: () => Promise<Round>): Promise<Round> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await round();
    } catch (error) {
      const isGone = error instanceof DaybookError && error.fault === 'not-found';
      if (!isGone || attempt === tries) throw error;
    }
  }
}

/** The rows that are kept; files that they name are noted. */
function* noting(rows: Iterable<Row>, named: NamedFile[]): Generator<Row> {
  for (const row of rows) {
    if (!isKept(row)) continue;
    if (row.partition.startsWith(months)) named.push(...namedBy(row));
    yield row;
  }
}

const namedBy = ({ partition, sort, value }: Row): NamedFile[] =>
  filesOfMonth(partition.slice(months.length), {
    ...{ month: sort, text: value, content: parseMonth(sort, value) },
  });

async function eachNamed(
  snapshot: RowsSnapshot,
  work: (files: readonly NamedFile[]) => Promise<void>,
): Promise<void> {
  let named: NamedFile[];
  try {
    named = [...snapshot.rows(months)].flatMap(namedBy);
  } finally {
    snapshot.done();
  }
  await work(named);
}

/** Writes what is not there yet. */
function openWriter(
  { home, target }: BackupWorld,
  present: readonly { readonly name: string; readonly bytes: number }[],
  copy: (from: string, to: string) => Promise<void>,
) {
  const there = new Map(present.map(({ name, bytes }) => [name, bytes]));
  let written = 0;

  async function save(name: string, write: (path: string) => Promise<void>) {
    const saved = await target.save(name, write);
    written += saved.bytes;
    there.set(name, saved.bytes);
    return saved;
  }

  async function copyOne({ name, bytes, sha256 }: NamedFile): Promise<void> {
    const file = await home.files.open(name);
    try {
      const saved = await save(name, (to) => copy(file.path, to));
      if (saved.bytes === bytes && saved.sha256 === sha256) return;
      await target.remove(name);
      throw new DaybookError(
        'damaged',
        `${name} of this data is damaged: expected SHA-256 ${sha256}, got ${saved.sha256}; ` +
          '`daybook verify` names all such files. There is no new backup until it is mended',
      );
    } finally {
      file.release();
    }
  }

  return {
    writtenBytes: () => written,
    forget: (name: string) => void there.delete(name),

    async copy(files: readonly NamedFile[], { mayBeGone = false } = {}): Promise<void> {
      const missing = files.filter(({ name, bytes }) => there.get(name) !== bytes);
      await eachAtOnce(missing, atOnce, (file) =>
        copyOne(file).catch((error: unknown) => {
          const isGone = error instanceof DaybookError && error.fault === 'not-found';
          if (!isGone || !mayBeGone) throw error;
        }),
      );
    },

    async write(pieces: ReturnType<typeof cutPieces>): Promise<SavedPiece[]> {
      const saved: SavedPiece[] = [];
      const worker = async (): Promise<void> => {
        for (;;) {
          // Taken and given its place in one step: pieces stay in the order of their rows.
          const { value: piece, done } = pieces.next();
          if (done || piece === undefined) return;
          const at = saved.push({ sha256: piece.sha256, rows: piece.rows, bytes: 0 }) - 1;
          const name = pieceName(piece.sha256);
          if (!there.has(name)) {
            const content = await packPiece(piece);
            await save(name, (path) => writeFile(path, content, { mode: 0o600 }));
          } else await turn();
          saved[at] = { ...saved[at]!, bytes: there.get(name)! };
        }
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
      return saved;
    },
  };
}

const copyOver = (from: string, to: string) => copyFile(from, to, constants.COPYFILE_FICLONE);

const linkFile = (from: string, to: string) => link(from, to).catch(() => copyOver(from, to));

const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 *   backup   source   the name of this Daybook in its backups
 *
 * One that was restored has no such row: it takes the name that the target has.
 */
const sourceKey = { partition: 'backup', sort: 'source' };

async function sourceOf(
  { home: { rows }, target, random }: BackupWorld,
  earlier: readonly BackupName[],
): Promise<string> {
  let there: string | undefined;
  for (const { name } of earlier.toReversed())
    there ??= (await readManifest(target, name).catch(unlessDamaged))?.source;
  const ours = await rows.get(sourceKey.partition, sourceKey.sort);
  const source = ours === undefined ? (there ?? random()) : (JSON.parse(ours) as string);
  if (there !== undefined && there !== source)
    throw new DaybookError(
      'bad-input',
      'the backups there are of another Daybook; give this one a place of its own',
    );
  if (ours === undefined) await rows.append([{ ...sourceKey, value: JSON.stringify(source) }]);
  return source;
}
