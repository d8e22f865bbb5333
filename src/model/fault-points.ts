/**
 * Where closing, merging, pruning, erasing and sweeping may be cut: a test ends the process at
 * each, in turn.
 */
export const faultPoints = [
  'close.read',
  'close.saved',
  'close.verified',
  'close.published',
  'close.late-removed',
  'close.counted',
  'close.rows-removed',
  'close.rows-forgotten',
  'close.day-removed',
  'pack.read',
  'pack.saved',
  'pack.verified',
  'pack.published',
  'merge.saved',
  'merge.verified',
  'merge.published',
  'prune.published',
  'prune.destroyed',
  'erase.kept',
  'sweep.removed',
  'sweep.marked',
] as const;

export type FaultPoint = (typeof faultPoints)[number];

/** Where a backup may be cut. */
export const backupPoints = [
  'backup.begun',
  'backup.copied',
  'backup.rows-written',
  'backup.all-written',
  'backup.verified',
  'backup.named',
  'backup.forgotten',
  'backup.tidied',
] as const;

export type BackupPoint = (typeof backupPoints)[number];

/** Where putting one back may be cut. */
export const restorePoints = [
  'restore.begun',
  'restore.files-written',
  'restore.rows-written',
  'restore.finished',
] as const;

export type RestorePoint = (typeof restorePoints)[number];
