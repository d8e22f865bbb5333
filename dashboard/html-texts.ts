import type { Plugin } from 'vite';
import * as texts from './texts/texts.ts';

/** Puts the texts into the HTML files, where `{{signInTexts.title}}` stands, and their language. */
export const htmlTexts: Plugin = {
  name: 'daybook:html-texts',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) =>
      html
        .replace('<html lang="en">', `<html lang="${texts.language}">`)
        .replace(/\{\{([\w.]+)\}\}/g, (_, name: string) => textOf(name)),
  },
};

function textOf(name: string): string {
  const text = name
    .split('.')
    .reduce<unknown>((within, part) => (within as Record<string, unknown>)?.[part], texts);
  if (typeof text !== 'string') throw new Error(`There is no text ${name}.`);
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
