/** The language of the pages: another one is another folder, and is chosen here. */
export * from './en/texts.ts';
