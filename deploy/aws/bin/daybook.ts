import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { readSettings, settingNames } from '../lib/settings.ts';
import { DaybookStack } from '../lib/stack.ts';

const bundles = fileURLToPath(new URL('../../../../dist/lambda', import.meta.url));

try {
  const app = new App({ analyticsReporting: false });
  const given = Object.fromEntries(
    settingNames.map((name) => [name, app.node.tryGetContext(name) as unknown]),
  );
  const settings = readSettings(given);
  new DaybookStack(app, settings.stack, { settings, bundles });
} catch (error) {
  // One line: what was expected of a setting, or of the built functions.
  process.stderr.write(`daybook: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
