import { expect, test } from 'vitest';
import { csvOf } from './csv.ts';

test('cells with commas, quotes and breaks are quoted; what is not known is empty', () => {
  const rows = [
    ['Page', 'visitors'],
    ['/a,b', 1],
    ['say "hi"\n', null],
    ['é', 1.5],
  ];
  expect(csvOf(rows)).toBe('Page,visitors\r\n"/a,b",1\r\n"say ""hi""\n",\r\né,1.5\r\n');
});

test.each(['=1+1', '+1', '-1', '@x', '\tx'])('%j is no formula', (text) => {
  expect(csvOf([[text]])).toBe(`'${text}\r\n`);
});

test('a number below 0 is a number', () => {
  expect(csvOf([[-1.5]])).toBe('-1.5\r\n');
});
