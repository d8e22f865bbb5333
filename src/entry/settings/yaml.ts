import { readFileSync } from 'node:fs';
import type { Document, Node, ParsedNode } from 'yaml';
import { DaybookError, messageOf } from '../../lib/errors.ts';

export type YamlFile = {
  readonly document: Document.Parsed<ParsedNode>;
  /** Throws `bad-input` that names the file and the line of a node. */
  refuse(node: unknown, problem: string): never;
  /** The file and the line of a node. */
  placeOf(node: unknown): string;
};

/** Throws `bad-input` where it cannot be read, or is no YAML. JSON is YAML too. */
export async function readYaml(path: string): Promise<YamlFile> {
  // Loaded here: most commands have no such file.
  const { LineCounter, parseDocument } = await import('yaml');
  const content = contentOf(path);
  const lineCounter = new LineCounter();
  const document = parseDocument(content, { lineCounter, prettyErrors: false });
  const at = (offset = 0) =>
    `${path}:${lineCounter.linePos(Math.min(offset, content.length)).line}`;
  const placeOf = (node: unknown) => at((node as Node | null)?.range?.[0]);
  const [wrong] = document.errors;
  if (wrong !== undefined)
    throw new DaybookError('bad-input', `${at(wrong.pos[0])}: ${wrong.message}`);
  return {
    document,
    placeOf,
    refuse(node, problem) {
      throw new DaybookError('bad-input', `${placeOf(node)}: ${problem}`);
    },
  };
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new DaybookError('bad-input', `${path} cannot be read: ${messageOf(error)}`);
  }
}
