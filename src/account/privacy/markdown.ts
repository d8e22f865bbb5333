import type { PrivacyStatement } from './statement.ts';

/** Characters that Markdown takes for more than themselves. */
const escaped = (text: string) => text.replace(/[\\`*_[\]<>#|~]/g, '\\$&');

/** The statement as a part of somebody's own policy, its heads of the second level. */
export function statementMarkdown({ title, sections }: PrivacyStatement): string {
  const parts = sections.flatMap(({ title: head, paragraphs, fields = [] }) => [
    `## ${escaped(head)}`,
    ...paragraphs.map(escaped),
    ...(fields.length === 0
      ? []
      : [fields.map(({ name, words }) => `- **${escaped(name)}**: ${escaped(words)}`).join('\n')]),
  ]);
  return `${[`# ${escaped(title)}`, ...parts].join('\n\n')}\n`;
}

/** The same as plain text. */
export function statementText({ title, sections }: PrivacyStatement): string {
  const parts = sections.flatMap(({ title: head, paragraphs, fields = [] }) => [
    `${head}\n${'-'.repeat(head.length)}`,
    ...paragraphs,
    ...(fields.length === 0
      ? []
      : [fields.map(({ name, words }) => `  ${name}: ${words}`).join('\n')]),
  ]);
  return `${[`${title}\n${'='.repeat(title.length)}`, ...parts].join('\n\n')}\n`;
}
