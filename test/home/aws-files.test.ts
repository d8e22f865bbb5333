import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filesPatience } from '../../src/home/aws/attempts.ts';
import { openClient, openFiles } from '../../src/home/aws/files.ts';
import { readSettings } from '../../src/home/aws/settings.ts';
import { type AwsStores, openAwsStores } from '../support/aws-stores.ts';

let stores: AwsStores;
let folder: string;
beforeAll(async () => {
  stores = await openAwsStores();
  folder = await mkdtemp(join(tmpdir(), 'daybook-files-'));
});
afterAll(async () => {
  await stores.close();
  await rm(folder, { recursive: true, force: true });
});

const open = (changes: { env?: NodeJS.ProcessEnv; cacheBytes?: number } = {}) => {
  const settings = readSettings({ ...stores.env, ...changes.env }, folder);
  const { cacheBytes = settings.cacheBytes } = changes;
  return openFiles({ ...settings, cacheBytes, bucket: settings.bucket! }, filesPatience);
};

test('two processes: each reads what the other saved, with a cache of its own', async () => {
  const [writer, reader] = [await open(), await open()];
  await writer.save('month/a.parquet', (path) => writeFile(path, 'content'));
  const file = await reader.open('month/a.parquet');
  expect(await readFile(file.path, 'utf8')).toBe('content');
  expect(readdirSync(folder)).toHaveLength(2);
  await writer.close();
  expect(existsSync(file.path)).toBe(true);
  file.release();
  await reader.close();
  expect(readdirSync(folder)).toEqual([]);
});

test('30 files opened at once are all held, though the cache has room for two', async () => {
  const writer = await open();
  const names = Array.from({ length: 30 }, (_, i) => `many/${String(i).padStart(2, '0')}`);
  for (const name of names) await writer.save(name, (path) => writeFile(path, name.repeat(100)));
  const reader = await open({ cacheBytes: 2 * 700 });
  const files = await Promise.all([...names, ...names].map((name) => reader.open(name)));
  const contents = await Promise.all(files.map(({ path }) => readFile(path, 'utf8')));
  expect(contents).toEqual([...names, ...names].map((name) => name.repeat(100)));
  for (const { release } of files) release();
  // What is removed is removed in the background.
  const few = () =>
    readdirSync(folder).filter((process) => readdirSync(join(folder, process)).length <= 2);
  await expect.poll(few).not.toEqual([]);
  await Promise.all([writer.close(), reader.close()]);
});

test('a damaged object is named, and never given out', async () => {
  const settings = readSettings(stores.env, folder);
  const client = openClient(settings);
  const sha256 = createHash('sha256').update('as it was').digest('hex');
  await client.send(
    new PutObjectCommand({
      Bucket: settings.bucket!,
      Key: `${settings.prefix}damaged`,
      Body: 'as it is!',
      Metadata: { sha256 },
    }),
  );
  client.destroy();
  const reader = await openFiles(
    { ...settings, bucket: settings.bucket! },
    { attemptMs: 2_000, totalMs: 2_300 },
  );
  await expect(reader.open('damaged')).rejects.toMatchObject({
    fault: 'unavailable',
    message: expect.stringContaining(`damaged: expected 9 bytes of SHA-256 ${sha256}, got 9 of `),
  });
  await reader.close();
});

test('a bucket of more than one page is listed whole', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const token = new URL(request.url!, 'http://s3.test').searchParams.get('continuation-token');
    const entry = (name: string) =>
      `<Contents><Key>ledger/${name}</Key><Size>7</Size>` +
      '<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>';
    const [names, next] = token === null ? [['b', 'c'], 'second'] : [['a'], undefined];
    response.writeHead(200, { 'Content-Type': 'application/xml' });
    response.end(
      `<?xml version="1.0"?><ListBucketResult>${names.map(entry).join('')}` +
        `<IsTruncated>${next !== undefined}</IsTruncated>${
          next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`
        }</ListBucketResult>`,
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const files = await open({
    env: { AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  });
  const modifiedMs = Date.parse('2026-01-01');
  expect(await files.list('')).toEqual(
    ['a', 'b', 'c'].map((name) => ({ name, bytes: 7, modifiedMs })),
  );
  expect(asked).toHaveLength(2);
  await files.close();
  server.closeAllConnections();
  server.close();
});
