import { link, open, readFile, rename, rmdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '../../lib/errors.ts';
import {
  codeOf,
  isLeftover,
  makeFolder,
  namesIn,
  orAbsent,
  orUnavailable,
  syncFolder,
  syncFolders,
  temporaryName,
  writeSynced,
} from '../disk.ts';
import type { KeptSalt, Salts } from '../home.ts';
import { checkPlainName } from '../keys.ts';

type Kept = Pick<KeptSalt, 'salt' | 'destroyAtMs'>;

const plainName = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]*$/;

/**
 * One file a site-day, `<siteId>/<day>`. Names that start with a dot are of salts being made
 * (`.new-…`) and being destroyed (`.old-…`): under its own name a salt is always whole.
 */
export async function openSalts(folder: string): Promise<Salts> {
  await orUnavailable(`cannot open the salts in ${folder}`, async () => {
    await makeFolder(folder);
    for (const siteId of await namesIn(folder)) {
      for (const name of await namesIn(join(folder, siteId))) {
        const path = join(folder, siteId, name);
        if (name.startsWith('.old-')) await overwrite(path);
        else if (name.startsWith('.new-') && isLeftover(name.slice(5))) await removeNew(path);
      }
    }
  });

  /** Rejects with EEXIST where another was first. */
  async function keep(siteFolder: string, day: string, { salt, destroyAtMs }: Kept): Promise<void> {
    const temporary = join(siteFolder, `.new-${temporaryName('')}`);
    await makeFolder(siteFolder);
    await writeSynced(temporary, JSON.stringify({ salt: salt.toString('hex'), destroyAtMs }));
    try {
      await link(temporary, join(siteFolder, day));
    } finally {
      await removeNew(temporary);
    }
    await syncFolders(folder, siteFolder);
  }

  async function destroy(siteFolder: string, day: string): Promise<boolean> {
    const doomed = join(siteFolder, `.old-${temporaryName('')}`);
    // First out of the way, so that nobody reads it half overwritten.
    const found = await orAbsent(
      rename(join(siteFolder, day), doomed).then(() => true),
      false,
    );
    if (found) {
      await overwrite(doomed);
      await syncFolder(siteFolder);
    }
    return found;
  }

  /** Destroys what `isDue` says of all the site's salts. */
  async function destroyOf(
    siteId: string,
    isDue: (kept: Kept | undefined) => boolean,
  ): Promise<number> {
    const siteFolder = join(folder, siteId);
    let destroyed = 0;
    for (const day of (await namesIn(siteFolder)).filter((name) => plainName.test(name))) {
      const text = await orUnavailable(`salt ${siteId}/${day}`, () =>
        orAbsent(readFile(join(siteFolder, day), 'utf8'), undefined),
      );
      if (text !== undefined && isDue(parse(text)) && (await destroy(siteFolder, day))) destroyed++;
    }
    await rmdir(siteFolder).catch(() => {}); // where it is empty now
    return destroyed;
  }

  return {
    async getOrKeep(siteId, day, made) {
      checkPlainName(siteId);
      checkPlainName(day);
      const siteFolder = join(folder, siteId);
      return orUnavailable(`salt ${siteId}/${day}`, async () => {
        for (let attempt = 1; ; attempt++) {
          const text = await orAbsent(readFile(join(siteFolder, day), 'utf8'), undefined);
          if (text !== undefined) {
            const kept = parse(text);
            if (kept) return kept.salt;
            if (attempt < 5) continue; // being destroyed as it was read
            throw new DaybookError('unavailable', `salt ${siteId}/${day}: the file is damaged`);
          }
          const mine = made();
          if (mine.salt.length !== 32) {
            throw new DaybookError('bad-input', `salt: expected 32 bytes, got ${mine.salt.length}`);
          }
          try {
            await keep(siteFolder, day, mine);
            return mine.salt;
          } catch (error) {
            // Another was first; or the site's folder, empty at that moment, was removed.
            if (!['EEXIST', 'ENOENT'].includes(codeOf(error) ?? '') || attempt === 5) throw error;
          }
        }
      });
    },

    async list(siteId, nowMs) {
      checkPlainName(siteId);
      return orUnavailable(`salts of ${siteId}`, async () =>
        (await readSite(folder, siteId))
          .filter(({ destroyAtMs }) => nowMs < destroyAtMs)
          .sort((a, b) => (a.day < b.day ? -1 : 1)),
      );
    },

    async destroyDue(nowMs) {
      return orUnavailable('salts could not be destroyed', async () => {
        let destroyed = 0;
        for (const siteId of await namesIn(folder)) {
          // A damaged salt is useless; if its day still runs, the next hit makes another one.
          destroyed += await destroyOf(
            siteId,
            (kept) => kept === undefined || kept.destroyAtMs <= nowMs,
          );
        }
        return destroyed;
      });
    },

    async destroySite(siteId) {
      checkPlainName(siteId);
      await orUnavailable(`salts of ${siteId} could not be destroyed`, () =>
        destroyOf(siteId, () => true),
      );
    },
  };
}

/** The salts in a folder that nobody has open, but those that are damaged. Nothing is changed. */
export async function readSalts(
  folder: string,
): Promise<(KeptSalt & { readonly siteId: string })[]> {
  const found: (KeptSalt & { siteId: string })[] = [];
  for (const siteId of await namesIn(folder))
    for (const kept of await readSite(folder, siteId)) found.push({ siteId, ...kept });
  return found;
}

/** Those of one site. One that is destroyed meanwhile, or is damaged, is left out. */
async function readSite(folder: string, siteId: string): Promise<KeptSalt[]> {
  const found: KeptSalt[] = [];
  for (const day of await namesIn(join(folder, siteId))) {
    if (!plainName.test(day)) continue;
    const kept = parse(await readFile(join(folder, siteId, day), 'utf8').catch(() => ''));
    if (kept !== undefined) found.push({ day, ...kept });
  }
  return found;
}

/** Overwrites a salt under all its names, then removes this one. */
async function overwrite(path: string): Promise<void> {
  const file = await orAbsent(open(path, 'r+'), undefined);
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size), 0, size, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await orAbsent(unlink(path), undefined);
}

/**
 * Removes a salt's first name, and overwrites it where that is its only one: a second means it is
 * in use.
 */
async function removeNew(path: string): Promise<void> {
  const found = await orAbsent(stat(path), undefined);
  if (found?.nlink === 1) await overwrite(path);
  else await orAbsent(unlink(path), undefined);
}

function parse(text: string): Kept | undefined {
  try {
    const { salt, destroyAtMs } = JSON.parse(text) as { salt: unknown; destroyAtMs: unknown };
    if (typeof salt !== 'string' || !/^[0-9a-f]{64}$/.test(salt) || typeof destroyAtMs !== 'number')
      return undefined;
    return { salt: Buffer.from(salt, 'hex'), destroyAtMs };
  } catch {
    return undefined;
  }
}
