import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Files } from '../home.ts';
import { type MakeHome, useHome } from './support.ts';

export function describeFiles(makeHome: MakeHome): void {
  describe('files', () => {
    const at = useHome(makeHome);

    test('a file is kept whole, with its size and SHA-256', async () => {
      const { files } = at.home;
      const content = Buffer.alloc(3_000_000, 'daybook');
      const saved = await files.save('whole/a/hits.parquet', (path) => writeFile(path, content));
      expect(saved).toEqual({
        bytes: 3_000_000,
        sha256: createHash('sha256').update(content).digest('hex'),
      });
      const file = await files.open('whole/a/hits.parquet');
      expect(content.equals(await readFile(file.path))).toBe(true);
      file.release();
      file.release();
    });

    test('an empty file is a file', async () => {
      expect((await saveText(at.home.files, 'empty', '')).bytes).toBe(0);
      expect(await readText(at.home.files, 'empty')).toBe('');
    });

    test('what fails to be written leaves nothing', async () => {
      const { files } = at.home;
      let temporary = '';
      const saved = files.save('failed/file', async (path) => {
        temporary = path;
        expect(existsSync(path)).toBe(false);
        await writeFile(path, 'half');
        throw new Error('no more');
      });
      await expect(saved).rejects.toThrow('no more');
      expect(existsSync(temporary)).toBe(false);
      await expect(files.open('failed/file')).rejects.toMatchObject({ fault: 'not-found' });
      expect(await files.list('failed/')).toEqual([]);
    });

    test('nobody sees a file before it is whole', async () => {
      const { files } = at.home;
      await files.save('later/file', async (path) => {
        await writeFile(path, 'half');
        expect(await files.list('later')).toEqual([]);
        await expect(files.open('later/file')).rejects.toMatchObject({ fault: 'not-found' });
        await writeFile(path, 'whole');
      });
      expect(await readText(files, 'later/file')).toBe('whole');
    });

    test('a file of the same name is replaced', async () => {
      await saveText(at.home.files, 'replaced', 'old');
      await saveText(at.home.files, 'replaced', 'new!');
      expect(await readText(at.home.files, 'replaced')).toBe('new!');
      expect((await at.home.files.list('replaced')).map(({ bytes }) => bytes)).toEqual([4]);
    });

    test('files are listed by the start of their names, in order', async () => {
      const { files } = at.home;
      const names = ['list/a/1', 'list/a/2', 'list/a.b', 'list/b/c/d=1', 'listing', 'list-2/x'];
      const beforeMs = Date.now();
      for (const name of names) await saveText(files, name, name);
      const listed = async (prefix: string) => (await files.list(prefix)).map(({ name }) => name);
      expect(await listed('list')).toEqual(names.toSorted());
      expect(await listed('list/')).toEqual(['list/a.b', 'list/a/1', 'list/a/2', 'list/b/c/d=1']);
      expect(await listed('list/a')).toEqual(['list/a.b', 'list/a/1', 'list/a/2']);
      expect(await listed('list/a/2')).toEqual(['list/a/2']);
      expect(await listed('list/a/2/')).toEqual([]);
      expect(await listed('none/')).toEqual([]);
      expect(await listed('')).toEqual(expect.arrayContaining(names));
      const [entry] = await files.list('listing');
      expect(entry).toMatchObject({ name: 'listing', bytes: 7 });
      // A store may give whole seconds, by a clock of its own.
      expect(Math.abs(entry!.modifiedMs - beforeMs)).toBeLessThan(60_000);
    });

    test('a removed file is gone, and removing it again is no error', async () => {
      const { files } = at.home;
      await saveText(files, 'removed/a', 'a');
      await saveText(files, 'removed/b', 'b');
      await files.remove('removed/a');
      await files.remove('removed/a');
      await files.remove('removed/never/there');
      await expect(files.open('removed/a')).rejects.toMatchObject({ fault: 'not-found' });
      expect((await files.list('removed/')).map(({ name }) => name)).toEqual(['removed/b']);
      expect(await readText(files, 'removed/b')).toBe('b');
    });

    test('an open file stays at its path until it is released, though it is removed', async () => {
      const { files } = at.home;
      await saveText(files, 'held/file', 'held');
      const [first, second] = [await files.open('held/file'), await files.open('held/file')];
      await files.remove('held/file');
      await expect(files.open('held/file')).rejects.toMatchObject({ fault: 'not-found' });
      expect(await files.list('held/')).toEqual([]);
      first.release();
      first.release();
      expect(await readFile(second.path, 'utf8')).toBe('held');
      second.release();
      await expect(files.open('held/file')).rejects.toMatchObject({ fault: 'not-found' });
    });

    test('a file saved again after its removal is the new one', async () => {
      const { files } = at.home;
      await saveText(files, 'back', 'old');
      const held = await files.open('back');
      await files.remove('back');
      await saveText(files, 'back', 'new');
      held.release();
      expect(await readText(files, 'back')).toBe('new');
    });

    test('many are saved and removed at the same time, in one folder', async () => {
      const { files } = at.home;
      const work = Array.from({ length: 30 }, async (_, at) => {
        await saveText(files, `busy/x/${at}`, String(at));
        if (at % 3 !== 0) await files.remove(`busy/x/${at}`);
      });
      await Promise.all(work);
      expect(
        (await files.list('busy/'))
          .map(({ name }) => Number(name.slice(7)))
          .toSorted((a, b) => a - b),
      ).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
    });

    const badNames = [
      '',
      '/',
      '/a',
      'a/',
      'a//b',
      '.',
      '..',
      '../a',
      'a/../b',
      'a/.b',
      '.a',
      'a\\b',
      'a b',
      'é',
      'a\0',
    ];
    test.each(badNames)('the name %j is refused', async (name) => {
      const { files } = at.home;
      const refused = { name: 'DaybookError', fault: 'bad-input' };
      const write = () => Promise.reject(new Error('should not be asked to write'));
      await expect(files.save(name, write)).rejects.toMatchObject(refused);
      await expect(files.open(name)).rejects.toMatchObject(refused);
      await expect(files.remove(name)).rejects.toMatchObject(refused);
    });

    test('files are there after reopening', async () => {
      await saveText(at.home.files, 'kept/file', 'kept');
      expect(await readText((await at.reopen()).files, 'kept/file')).toBe('kept');
    });
  });
}

const saveText = (files: Files, name: string, text: string) =>
  files.save(name, (path) => writeFile(path, text));

async function readText(files: Files, name: string): Promise<string> {
  const file = await files.open(name);
  try {
    return await readFile(file.path, 'utf8');
  } finally {
    file.release();
  }
}
