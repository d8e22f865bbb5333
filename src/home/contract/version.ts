import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataVersion } from '../data-version.ts';
import type { MakeHome, TestHome } from './support.ts';

export function describeVersion(makeHome: MakeHome): void {
  describe('the version of what is stored', () => {
    let made: TestHome;
    beforeEach(async () => {
      made = await makeHome();
    });
    afterEach(() => made.dispose());

    test('of a new home is the present one', async () => {
      await made.home.claim();
      await made.home.claim();
      expect(await made.version()).toBe(dataVersion);
      await (await made.reopen()).claim();
    });

    test('that is older is read, and rises with the first claim', async () => {
      await made.setVersion(1);
      const home = await made.reopen();
      expect(await made.version()).toBe(1);
      await home.claim();
      expect(await made.version()).toBe(dataVersion);
    });

    test('that is newer is refused, by who has it open too', async () => {
      await made.home.claim();
      await made.setVersion(dataVersion + 1);
      const problem = expect.objectContaining({
        fault: 'bad-input',
        message: expect.stringMatching(
          `is of version ${dataVersion + 1}; this Daybook reads version ${dataVersion}: run`,
        ),
      });
      await expect(made.home.claim()).rejects.toEqual(problem);
      await expect(made.reopen()).rejects.toEqual(problem);
      expect(await made.version()).toBe(dataVersion + 1);
    });
  });
}
