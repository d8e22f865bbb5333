import { createHash, X509Certificate } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  makeFolder,
  orAbsent,
  orUnavailable,
  removeLeftovers,
  syncFolder,
  temporaryName,
  writeSynced,
} from '../../home/disk.ts';

/** A certificate with its chain, and its private key: one text of PEM blocks. */
export type Certificate = {
  readonly pem: string;
  readonly names: readonly string[];
  readonly fromMs: number;
  readonly untilMs: number;
};

/** What stands in a folder, for one authority: an account's key, and the newest certificate. */
export type Stored = {
  account(): Promise<string | undefined>;
  keepAccount(key: string): Promise<void>;
  certificate(): Promise<Certificate | undefined>;
  keepCertificate(pem: string): Promise<void>;
};

/**
 * In `https/` of the data folder, readable by its owner only. Each file is written whole and then
 * renamed: whoever is killed in the middle has the one from before. An authority has a folder of
 * its own, so that a certificate of a test authority is never taken for a real one.
 */
export async function openStored(data: string, directoryUrl: string): Promise<Stored> {
  const authority = createHash('sha256').update(directoryUrl).digest('hex').slice(0, 16);
  const folder = join(data, 'https', authority);
  const path = (name: 'account' | 'certificate') => join(folder, `${name}.pem`);
  const unfinished = join(folder, '.unfinished');
  await orUnavailable(folder, async () => {
    await makeFolder(unfinished);
    await removeLeftovers(unfinished);
  });

  async function keep(name: 'account' | 'certificate', text: string): Promise<void> {
    const temporary = join(unfinished, temporaryName('.pem'));
    try {
      await writeSynced(temporary, text);
      await rename(temporary, path(name));
      await syncFolder(folder);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  const read = (name: 'account' | 'certificate') =>
    orUnavailable(path(name), () => orAbsent(readFile(path(name), 'utf8'), undefined));
  return {
    account: () => read('account'),
    keepAccount: (key) => keep('account', key),
    async certificate() {
      const pem = await read('certificate');
      return pem === undefined ? undefined : certificateOf(pem);
    },
    keepCertificate: (pem) => keep('certificate', pem),
  };
}

/** Undefined where the text is no certificate with its key. */
export function certificateOf(pem: string): Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    const names = (certificate.subjectAltName ?? '')
      .split(', ')
      .flatMap((name) => (name.startsWith('DNS:') ? [name.slice(4).toLowerCase()] : []));
    if (!pem.includes('PRIVATE KEY-----')) return undefined;
    const [fromMs, untilMs] = [certificate.validFrom, certificate.validTo].map(Date.parse);
    return { pem, names, fromMs: fromMs!, untilMs: untilMs! };
  } catch {
    return undefined;
  }
}
