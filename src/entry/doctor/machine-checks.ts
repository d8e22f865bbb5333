import { lstat, readdir, readFile, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { codeOf, namesIn, orAbsent } from '../../home/disk.ts';
import { dayMs } from '../../lib/clock.ts';
import { certificateValidity, type Validity } from './certificate.ts';
import { type Checks, type Found, fine, note, sizeOf, wrong } from './finding.ts';

/** What `statfs` says of a folder. */
export type FileSystem = {
  readonly type: number;
  readonly bsize: number;
  readonly blocks: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
};

export type MachineMeans = {
  readonly data: string;
  readonly nowMs: number;
  readonly nodeVersion: string;
  readonly fileSystem: (folder: string) => Promise<FileSystem>;
};

const leastFreeBytes = 2 ** 30;

const leastFreeInodes = 0.05;

/** Twice what hits may not touch (`src/home/disk-space.ts`): said before they are refused. */
const leastFreeShare = 0.1;

/** Before its end, others have renewed it: of a certificate of 90 days, two weeks ago. */
const soonShare = 14 / 90;

const soonMs = 14 * dayMs;

/** By the magic number that Linux gives them (`man 2 statfs`). */
const remoteTypes: Readonly<Record<number, string>> = {
  ...{ 26985: 'NFS', 20859: 'SMB', 4283649346: 'SMB', 4266872130: 'SMB' },
  ...{ 16914839: '9P', 12805120: 'Ceph', 198183888: 'Lustre', 1702057286: 'FUSE' },
};

export const readFileSystem = (folder: string): Promise<FileSystem> => statfs(folder);

/** What can be wrong with the machine and with the folder, whatever is in it. */
export function machineChecks({ data, nowMs, nodeVersion, fileSystem }: MachineMeans): Checks {
  return {
    node: async () => {
      const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
      return major > 20 || (major === 20 && minor >= 19)
        ? fine(`Node ${nodeVersion}`)
        : wrong(`Node is ${nodeVersion}`, 'install Node 20.19 or newer, best the newest 22 or 24');
    },
    disk: async () => {
      const { bsize, blocks, bavail } = await fileSystem(data);
      const [free, total] = [bavail * bsize, blocks * bsize];
      const says = `${sizeOf(free)} of ${sizeOf(total)} are free`;
      return free < Math.min(leastFreeBytes, total * leastFreeShare)
        ? wrong(says, 'free some, or give the data a larger disk: hits are refused when it is full')
        : fine(says);
    },
    inodes: async () => {
      const { files, ffree } = await fileSystem(data);
      // Some file systems have no such limit.
      if (files === 0) return fine('this file system counts no inodes');
      const says = `${ffree} of ${files} inodes are free`;
      return ffree < files * leastFreeInodes
        ? wrong(says, 'remove small files from this file system: without inodes no file is made')
        : fine(says);
    },
    'file-system': async () => {
      const name = remoteTypes[(await fileSystem(data)).type];
      return name === undefined
        ? fine('on a disk of this machine')
        : wrong(
            `the data are on ${name}`,
            'move them to a disk of this machine: rows are mapped into memory, and another ' +
              'machine that writes to them damages them',
          );
    },
    rights: () => rightsOf(data),
    certificates: () => certificatesIn(data, nowMs),
  };
}

/** Who else may read secrets, and whether parts belong to somebody else. */
async function rightsOf(data: string): Promise<readonly Found[]> {
  const found: Found[] = [];
  const owner = (await lstat(data)).uid;
  for (const name of ['salts', 'https', 'rows', 'files', 'rows/data.mdb', 'daybook.json']) {
    const path = join(data, name);
    const facts = await orAbsent(lstat(path), undefined);
    if (facts === undefined) continue;
    const isSecret = name === 'salts' || name === 'https';
    if (isSecret && (facts.mode & 0o077) !== 0 && process.platform !== 'win32')
      found.push(wrong(`others may read ${path}`, `chmod -R go= ${path}`));
    if (facts.uid !== owner)
      found.push(
        wrong(
          `${path} belongs to another user than ${data}`,
          `end the server, then chown -R --reference=${data} ${data}`,
        ),
      );
  }
  return found.length > 0 ? found : [fine('secrets are readable by their owner alone')];
}

/** Those that the server gets by itself. */
async function certificatesIn(data: string, nowMs: number): Promise<readonly Found[]> {
  const folder = join(data, 'https');
  const found: Found[] = [];
  for (const authority of await namesIn(folder)) {
    const path = join(folder, authority, 'certificate.pem');
    const pem = await orAbsent(readFile(path, 'utf8'), undefined);
    if (pem === undefined) continue;
    const validity = certificateValidity(pem);
    if (validity === undefined) found.push(wrong(`${path} is no certificate`, 'remove that file'));
    else
      found.push(
        endOf(
          validity,
          nowMs,
          'see why the server gets no new one: its log says so; ports 80 and 443 must be open',
        ),
      );
  }
  return found.length > 0 ? found : [fine('none in the data folder')];
}

/** One of few days, as there are, is not about to end all its life. */
export function endOf({ fromMs, untilMs }: Validity, nowMs: number, todo: string): Found {
  const says = `a certificate ends on ${new Date(untilMs).toISOString().slice(0, 10)}`;
  return untilMs - nowMs < Math.min(soonMs, (untilMs - fromMs) * soonShare)
    ? wrong(says, todo)
    : fine(says);
}

/** Whether a server could listen there. */
export async function portState(host: string, port: number): Promise<Found> {
  const code = await new Promise<string | undefined>((resolve) => {
    const server = createServer();
    server.once('error', (error) => resolve(codeOf(error) ?? 'unknown'));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
  if (code === undefined) return fine(`port ${port} on ${host} is free`);
  const problems: Readonly<Record<string, [string, string]>> = {
    EADDRINUSE: [
      `port ${port} on ${host} is used by another program`,
      'end that program, or choose another port (--port or PORT)',
    ],
    EACCES: [
      `port ${port} may not be opened by this user`,
      'choose one above 1023, and have a proxy or --https on 443',
    ],
    EADDRNOTAVAIL: [`${host} is no address of this machine`, 'choose another with --host or HOST'],
  };
  const [says, todo] = problems[code] ?? [`port ${port} on ${host}: ${code}`, 'choose another'];
  return wrong(says, todo);
}

/** The folder itself. Undefined where there is nothing to look at. */
export async function folderState(data: string): Promise<Found | undefined> {
  const names = await readdir(data).catch(() => undefined);
  if (names === undefined)
    return wrong(`${data} cannot be read`, 'name the right folder with --data, as its user');
  return names.includes('daybook.json') || names.includes('rows')
    ? undefined
    : note(`there is no Daybook data in ${data} yet`, 'name another folder with --data');
}
