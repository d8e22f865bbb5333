import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DaybookError } from '../../lib/errors.ts';
import { isLeftover, makeFolder, namesIn, orUnavailable, temporaryName } from '../disk.ts';
import type { FileEntry, Files, LocalFile } from '../home.ts';
import { checkFileName, checkFilePrefix } from '../keys.ts';
import { type Patience, persist } from './attempts.ts';
import { openCache, summarize } from './cache.ts';
import { clientOptions } from './dynamo.ts';
import { nameOf } from './failures.ts';
import type { AwsSettings } from './settings.ts';

export type OpenFiles = Files & {
  /** Rejects where the bucket cannot be listed, saying why. */
  check(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Files as objects of an S3 bucket, read through a local cache. The content of a name never
 * changes, except when this process saves it: what is in the cache is not asked for again. Each
 * object has its SHA-256 (`x-amz-meta-sha256`), and every download is compared with it.
 */
export async function openFiles(
  settings: AwsSettings & { readonly bucket: string },
  patience: Patience,
): Promise<OpenFiles> {
  const { bucket, prefix } = settings;
  const client = openClient(settings);
  const folder = await openFolder(settings.cacheFolder);
  const cache = openCache(folder, settings.cacheBytes);
  /**
   * Downloads under way. One that is removed or replaced meanwhile is no longer here, and not kept.
   */
  const loading = new Map<string, Promise<void>>();
  const keyOf = (name: string) => ({ Bucket: bucket, Key: prefix + name });

  function run<T>(action: string, request: (options: { abortSignal: AbortSignal }) => Promise<T>) {
    return persist({ store: `bucket ${bucket}`, action: `s3:${action}` }, patience, (abortSignal) =>
      request({ abortSignal }),
    );
  }

  function forget(name: string): void {
    loading.delete(name);
    cache.drop(name);
  }

  async function upload(name: string, path: string): Promise<{ bytes: number; sha256: string }> {
    const { bytes, sha256, md5 } = await summarize(path);
    await run('PutObject', async (options) => {
      // Each attempt reads from the start.
      const content = createReadStream(path);
      const headers = { ContentLength: bytes, ContentMD5: md5, Metadata: { sha256 } };
      try {
        await client.send(
          new PutObjectCommand({ ...keyOf(name), Body: content, ...headers }),
          options,
        );
      } finally {
        content.destroy();
      }
    });
    return { bytes, sha256 };
  }

  /** Until it is whole, the file is at a path that nobody else knows. */
  async function download(name: string, isWanted: () => boolean): Promise<void> {
    const path = cache.newPath(extname(name));
    try {
      const bytes = await run('GetObject', (options) => fetchObject(name, path, options));
      if (isWanted()) {
        cache.take(name, { path, bytes });
        // Until the caller that waits for it holds it: other downloads must not push it out before.
        const { release } = cache.pin(name)!;
        setImmediate(release);
      } else await rm(path, { force: true });
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async function fetchObject(
    name: string,
    path: string,
    options: { abortSignal: AbortSignal },
  ): Promise<number> {
    const answer = await client
      .send(new GetObjectCommand(keyOf(name)), options)
      .catch((error: unknown) => {
        if (nameOf(error) === 'NoSuchKey')
          throw new DaybookError('not-found', `there is no file ${name}`);
        throw error;
      });
    await pipeline(answer.Body as Readable, createWriteStream(path, { mode: 0o600 }), {
      signal: options.abortSignal,
    });
    const { bytes, sha256 } = await summarize(path);
    const expected = answer.Metadata?.['sha256'];
    if (bytes !== (answer.ContentLength ?? bytes) || sha256 !== (expected ?? sha256))
      throw new Error(
        `${name}: expected ${answer.ContentLength} bytes of SHA-256 ${expected}, ` +
          `got ${bytes} of ${sha256}`,
      );
    return bytes;
  }

  async function open(name: string): Promise<LocalFile> {
    for (;;) {
      const held = cache.pin(name);
      if (held !== undefined) return held;
      let load = loading.get(name);
      if (load === undefined) {
        const mine: Promise<void> = download(name, () => loading.get(name) === mine).finally(() => {
          if (loading.get(name) === mine) loading.delete(name);
        });
        loading.set(name, mine);
        load = mine;
      }
      await load;
    }
  }

  async function listPage(start: string, after: string | undefined) {
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: start,
      ContinuationToken: after,
    });
    return run('ListBucket', (options) => client.send(command, options));
  }

  return {
    folder,
    async save(name, write) {
      checkFileName(name);
      const path = cache.newPath(extname(name));
      try {
        return await orUnavailable(`file ${name} could not be saved`, async () => {
          await write(path);
          const { bytes, sha256 } = await upload(name, path);
          forget(name);
          cache.take(name, { path, bytes });
          cache.pin(name)?.release(); // which makes room for it
          return { bytes, sha256 };
        });
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },

    async open(name) {
      checkFileName(name);
      return orUnavailable(`file ${name} could not be opened`, () => open(name));
    },

    async list(start) {
      checkFilePrefix(start);
      const found: FileEntry[] = [];
      let after: string | undefined;
      do {
        const { Contents = [], NextContinuationToken } = await listPage(prefix + start, after);
        for (const { Key = '', Size = 0, LastModified } of Contents)
          found.push({
            name: Key.slice(prefix.length),
            bytes: Size,
            modifiedMs: LastModified?.getTime() ?? 0,
          });
        after = NextContinuationToken;
      } while (after !== undefined);
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    async remove(name) {
      checkFileName(name);
      forget(name);
      await run('DeleteObject', (options) =>
        client.send(new DeleteObjectCommand(keyOf(name)), options),
      );
      // Again: it may have been fetched just before it was gone.
      forget(name);
    },

    async check() {
      // Of a name that no file has.
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: `${prefix}.none`,
        MaxKeys: 1,
      });
      await run('ListBucket', (options) => client.send(command, options));
    },

    async close() {
      client.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A folder of this process alone, in that of all: two must not remove each other's files. */
async function openFolder(parent: string): Promise<string> {
  return orUnavailable(`cannot use ${parent} for files`, async () => {
    await makeFolder(parent);
    for (const name of await namesIn(parent))
      if (isLeftover(name)) await rm(join(parent, name), { recursive: true, force: true });
    const folder = join(parent, temporaryName(''));
    await makeFolder(folder);
    return folder;
  });
}

export function openClient({ region, s3Endpoint, credentials, pathStyle }: AwsSettings): S3Client {
  return new S3Client({
    ...(region !== undefined && { region }),
    ...(s3Endpoint !== undefined && { endpoint: s3Endpoint }),
    ...(credentials !== undefined && { credentials }),
    forcePathStyle: pathStyle,
    // Other stores know nothing of the newer checksums; ours are in the metadata.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...clientOptions,
  });
}
