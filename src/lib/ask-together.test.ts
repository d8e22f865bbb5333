import { expect, test } from 'vitest';
import { askTogether } from './ask-together.ts';

/** Answers that some ids are there when it is told to, and keeps what it was asked. */
function open(there: readonly string[]) {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const ask = askTogether(
    (subject: string) => subject,
    async (subject, ids) => {
      asked.push(`${subject}: ${ids.join(' ')}`);
      await new Promise<void>((resolve) => answers.push(resolve));
      if (subject === 'broken') throw new Error('no answer');
      return ids.filter((id) => there.includes(id));
    },
  );
  const answer = async () => {
    await new Promise(setImmediate);
    for (const one of answers.splice(0)) one();
    await new Promise(setImmediate);
  };
  return { ask, asked, answer };
}

test('what comes meanwhile is asked as one, each subject for itself', async () => {
  const { ask, asked, answer } = open(['b', 'd']);
  const first = [ask('s', 'a'), ask('s', 'b'), ask('t', 'b')];
  await new Promise(setImmediate);
  const then = [ask('s', 'c'), ask('s', 'd'), ask('s', 'd')];
  await answer();
  await answer();
  expect(await Promise.all([...first, ...then])).toEqual([false, true, true, false, true, true]);
  expect(asked).toEqual(['s: a b', 't: b', 's: c d']);
});

test('who asked for what failed gets the error, and the next ones are asked again', async () => {
  const { ask, asked, answer } = open([]);
  const failed = expect(ask('broken', 'a')).rejects.toThrow('no answer');
  await answer();
  await failed;
  const again = expect(ask('broken', 'b')).rejects.toThrow('no answer');
  await answer();
  await again;
  expect(asked).toEqual(['broken: a', 'broken: b']);
});
