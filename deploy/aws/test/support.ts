import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { readSettings, type Settings } from '../lib/settings.ts';
import { DaybookStack } from '../lib/stack.ts';

/** The template of a deployment with these settings; its functions exist, but are empty. */
export function templateOf(given: Partial<Record<keyof Settings, string>> = {}): Template {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-cdk-'));
  try {
    for (const name of ['collect', 'report', 'close']) {
      const duckdb = `node_modules/@duckdb/node-bindings-linux-${given.arch ?? 'arm64'}`;
      mkdirSync(join(folder, name, duckdb), { recursive: true });
      writeFileSync(join(folder, name, 'index.mjs'), 'export const handler = async () => {};');
    }
    const settings = readSettings(given);
    const app = new App({ analyticsReporting: false, outdir: join(folder, 'out') });
    return Template.fromStack(
      new DaybookStack(app, settings.stack, { given, settings, bundles: folder }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type Resource = {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: the assertions of the tests check its shape
  readonly Properties: any;
};

/**
 * The resources of a type, by the part of their logical id that we chose (`Collect`,
 * `CollectRole`).
 */
export function resourcesOf(template: Template, type: string): Record<string, Resource> {
  const found = Object.entries(template.findResources(type));
  return Object.fromEntries(
    found.map(([id, resource]) => [id.replace(/[0-9A-F]{8}$/, ''), resource as Resource]),
  );
}

export type Statement = {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
};

/** What a function may do: the statements that allow each action. */
export function rightsOf(
  template: Template,
  name: 'Collect' | 'Report' | 'Close',
): Map<string, Statement[]> {
  const policy = resourcesOf(template, 'AWS::IAM::Policy')[`${name}Rights`]!;
  const rights = new Map<string, Statement[]>();
  for (const statement of policy.Properties.PolicyDocument.Statement as Statement[]) {
    for (const action of [statement.Action].flat())
      rights.set(action, [...(rights.get(action) ?? []), statement]);
  }
  return rights;
}
