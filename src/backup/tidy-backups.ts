import type { Files } from '../home/home.ts';
import { eachAtOnce } from '../lib/each-at-once.ts';
import type { BackupPoint } from '../model/fault-points.ts';
import { listBackups, namesIn, readManifest, unlessDamaged } from './manifest.ts';

type World = {
  readonly target: Files;
  readonly faultPoint?: (point: BackupPoint) => void | Promise<void>;
};

const atOnce = 8;

/**
 * Removes all backups but the latest `keep`, then the files that none names: those of the removed
 * ones alone, and what a run left that was cut. Gives how many backups were removed.
 */
export async function tidyBackups(
  { target, faultPoint = () => {} }: World,
  keep = Number.POSITIVE_INFINITY,
): Promise<number> {
  const all = await listBackups(target);
  const old = all.slice(0, Math.max(0, all.length - keep));
  // Files before manifests: what is found here and named by none was there before this list.
  const files = (await target.list('')).filter(({ name }) => /^(rows|ledger)\//.test(name));
  for (const { name } of old) await target.remove(name);
  await faultPoint('backup.forgotten');
  const unnamed = new Set(files.map(({ name }) => name));
  for (const { name } of all.slice(old.length).reverse()) {
    if (unnamed.size === 0) break;
    const manifest = await readManifest(target, name).catch(unlessDamaged);
    if (manifest === undefined)
      unnamed.clear(); // it may name any file
    else for (const one of namesIn(manifest)) unnamed.delete(one);
  }
  await eachAtOnce([...unnamed], atOnce, (name) => target.remove(name));
  await faultPoint('backup.tidied');
  return old.length;
}
