import { expect, test } from 'vitest';
import { isLocal, snippets } from './snippets.ts';

const origin = 'https://stats.example.com';
const codes = (domain: string) => snippets(origin, domain).map(({ code }) => code);

test('every snippet contains the site and the address for its hits', () => {
  const [script, settings, , curl] = codes('example.com');
  expect(script).toBe(
    '<script defer data-domain="example.com" ' +
      'src="https://stats.example.com/js/daybook.v1.js"></script>',
  );
  expect(settings).toContain('DAYBOOK_URL = "https://stats.example.com"');
  expect(settings).toContain('DAYBOOK_SITE = "example.com"');
  expect(curl).toContain('"domain":"example.com"');
});

test.each([
  ['localhost:8000', true],
  ['localhost', true],
  ['127.0.0.1:8000', true],
  ['shop.localhost/x', true],
  ['localhost.example.com', false],
  ['example.com', false],
])('%s is counted locally: %s', (domain, local) => {
  expect(codes(domain)[0]?.includes(' data-local ')).toBe(local);
});

test.each([
  ['http://localhost:7070', true],
  ['http://127.0.0.1:7070', true],
  ['http://[::1]:7070', true],
  ['http://stats.localhost', true],
  ['https://stats.example.com', false],
  ['https://localhost.example.com', false],
  ['http://192.168.1.7:7070', false],
])('%s is reached from its own machine only: %s', (url, local) => {
  expect(isLocal(url)).toBe(local);
});
